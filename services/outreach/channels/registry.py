"""Which channels there are: the writer of each, and the transports that the settings allow."""

from collections.abc import Callable, Mapping

from services.outreach.channels.channel import Stream, Transport, Writer
from services.outreach.channels.chat.transport import chat_ways
from services.outreach.channels.chat.writer import ChatWriter
from services.outreach.channels.dm.writer import DmWriter
from services.outreach.channels.email.provider import provider_way
from services.outreach.channels.email.server import Server
from services.outreach.channels.email.smtp import SmtpPool
from services.outreach.channels.email.writer import EmailWriter
from services.outreach.channels.fax.ways import fax_ways
from services.outreach.channels.fax.writer import FaxWriter
from services.outreach.channels.sms.ways import sms_ways
from services.outreach.channels.sms.writer import SmsWriter
from services.outreach.mailings.model import Mailing
from services.outreach.settings import OutreachSettings
from services.outreach.templates.content import Edition

WRITERS: Mapping[str, Callable[[Mailing, Edition, OutreachSettings], Writer]] = {
    "email": EmailWriter,
    "sms": SmsWriter,
    "dm": DmWriter,
    "fax": FaxWriter,
    "chat": ChatWriter,
}


def transports(settings: OutreachSettings) -> dict[str, Transport | Stream]:
    """A transport for each channel that is set up. Raises ValueError for a wrong URL in the settings."""
    others = {**sms_ways(settings), **fax_ways(settings), **chat_ways(settings)}
    return {"email": mail_way(settings), **others}


def mail_way(settings: OutreachSettings) -> Transport | Stream:
    """A transport for mails, for one thread. Raises ValueError for a wrong URL in the settings."""
    if settings.mail_provider_url is not None:
        return provider_way(settings, settings.mail_provider_url)
    return SmtpPool(
        Server.at(settings.smtp_url, seconds=settings.smtp_seconds),
        connections=settings.smtp_connections,
    )
