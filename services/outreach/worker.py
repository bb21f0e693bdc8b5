"""The workers of outreach, for the process that is not made cooperative."""

from collections.abc import Sequence
from email.utils import parseaddr

from chassis.config import Settings
from chassis.database import Database
from chassis.work import Worker
from services.outreach.mailings.sender import Sender
from services.outreach.mailings.smtp import Server, SmtpPool
from services.outreach.settings import OutreachSettings


def workers(settings: Settings, database: Database) -> Sequence[Worker]:
    """One sender. Raises TypeError for the settings of another service, ValueError for a wrong smtp_url."""
    if not isinstance(settings, OutreachSettings):
        raise TypeError("these are not the settings of outreach")
    pool = SmtpPool(
        Server.at(settings.smtp_url, seconds=settings.smtp_seconds),
        connections=settings.smtp_connections,
        sender=parseaddr(settings.mail_from)[1],
    )
    return [Sender(settings, database, pool)]
