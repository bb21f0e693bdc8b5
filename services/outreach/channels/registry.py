"""Which channels there are: the writer of each, and the transports that the settings allow."""

from collections.abc import Callable, Mapping
from email.utils import parseaddr

from services.outreach.channels.channel import Transport, Writer
from services.outreach.channels.email.smtp import Server, SmtpPool
from services.outreach.channels.email.writer import EmailWriter
from services.outreach.mailings.model import Mailing
from services.outreach.settings import OutreachSettings
from services.outreach.templates.model import Template

WRITERS: Mapping[str, Callable[[Mailing, Template, OutreachSettings], Writer]] = {"email": EmailWriter}


def transports(settings: OutreachSettings) -> dict[str, Transport]:
    """A transport for each channel that is set up. Raises ValueError for a wrong URL in the settings."""
    pool = SmtpPool(
        Server.at(settings.smtp_url, seconds=settings.smtp_seconds),
        connections=settings.smtp_connections,
        sender=parseaddr(settings.mail_from)[1],
    )
    return {"email": pool}
