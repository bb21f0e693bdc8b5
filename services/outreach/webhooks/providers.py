"""Which providers may call: those whose secret is set."""

from functools import lru_cache

from services.outreach.settings import OutreachSettings
from services.outreach.webhooks.call import Adapter
from services.outreach.webhooks.mailgun import Mailgun
from services.outreach.webhooks.postmark import Postmark
from services.outreach.webhooks.sendgrid import SendGrid
from services.outreach.webhooks.ses import Ses
from services.outreach.webhooks.twilio import Twilio

PROVIDERS = ("mailgun", "postmark", "sendgrid", "ses", "twilio")


@lru_cache(maxsize=8)
def adapters(settings: OutreachSettings) -> dict[str, Adapter]:
    """An adapter for each provider that is set up. Raises ValueError for a key that cannot be read."""
    found: dict[str, Adapter] = {}
    if settings.webhook_ses_topics:
        found["ses"] = Ses(settings.webhook_ses_topics.split())
    if settings.webhook_sendgrid_key:
        found["sendgrid"] = SendGrid(settings.webhook_sendgrid_key)
    if settings.webhook_postmark_secret:
        found["postmark"] = Postmark(settings.webhook_postmark_secret)
    if settings.webhook_mailgun_key:
        found["mailgun"] = Mailgun(settings.webhook_mailgun_key)
    if settings.webhook_twilio_token:
        found["twilio"] = Twilio(settings.webhook_twilio_token)
    return found
