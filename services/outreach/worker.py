"""The workers of outreach, for the process that is not made cooperative."""

from collections.abc import Sequence

from chassis.config import Settings
from chassis.database import Database
from chassis.work import Worker
from services.outreach.channels.registry import transports
from services.outreach.mailings.sender import Sender
from services.outreach.settings import OutreachSettings


def workers(settings: Settings, database: Database) -> Sequence[Worker]:
    """One sender. Raises TypeError for the settings of another service, ValueError for a wrong smtp_url."""
    if not isinstance(settings, OutreachSettings):
        raise TypeError("these are not the settings of outreach")
    return [Sender(settings, database, transports(settings))]
