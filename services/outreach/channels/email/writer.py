"""Writes the mails of one mailing: what is the same for all of them is done once."""

from datetime import datetime

from services.outreach.channels.channel import Message
from services.outreach.channels.email.mime import Skeleton, checked_address
from services.outreach.links.tokens import Links
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.model import Mailing
from services.outreach.settings import OutreachSettings
from services.outreach.templates.model import Template


class EmailWriter:
    """See ``Writer``."""

    def __init__(self, mailing: Mailing, template: Template, settings: OutreachSettings) -> None:
        self._fields = {"campaign_name": mailing.campaign_name, "campaign_code": mailing.campaign_code}
        self._skeleton = Skeleton(settings.mail_from)
        self._links = Links(key=settings.link_key, public_url=settings.public_url)
        self._letter = template.letter()
        self._link_count = len(template.links)

    def write(self, recipient: Recipient, *, date: datetime) -> Message:
        """One recipient's mail."""
        address = checked_address(recipient.address)
        links = self._links.of(recipient.delivery_id, count=self._link_count)
        mail = self._letter.render({**recipient.values, **self._fields, **links})
        content = self._skeleton.fill(
            delivery_id=recipient.delivery_id,
            name=recipient.values["full_name"],
            address=address,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            unsubscribe_url=links["unsubscribe_url"],
            date=date,
        )
        return Message(recipient.delivery_id, address, content)
