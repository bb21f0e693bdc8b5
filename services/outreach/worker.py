"""The workers of outreach, for the process that is not made cooperative."""

from collections.abc import Sequence

from chassis.config import Settings
from chassis.database import Database
from chassis.work import Worker
from services.outreach.channels.batches import stream_of
from services.outreach.channels.channel import Stream
from services.outreach.channels.registry import mail_way, transports
from services.outreach.channels.sms.worker import SmsReader
from services.outreach.correspondence.correspondent import Correspondent
from services.outreach.forms.confirmer import Confirmer
from services.outreach.hearing.workers import hearing_workers
from services.outreach.mailings.printer import Printer
from services.outreach.mailings.seeds import SeedSender
from services.outreach.mailings.sender import Sender
from services.outreach.mailings.steward import Steward
from services.outreach.notices.notifier import Notifier
from services.outreach.opens.reporter import OpensReporter
from services.outreach.settings import OutreachSettings
from services.outreach.suppressions.model import CHANNELS


def workers(settings: Settings, database: Database) -> Sequence[Worker]:
    """A sender for each channel, who looks after mailings, opens, forms and notices, and who reads the mail.

    Raises TypeError for the settings of another service, ValueError for a wrong URL in them.
    """
    if not isinstance(settings, OutreachSettings):
        raise TypeError("these are not the settings of outreach")
    ways = transports(settings)
    unserved = set(CHANNELS) - set(ways) - {"dm"}
    senders = [
        Sender(
            settings,
            database,
            channel=channel,
            stream=stream_of(way),
            also=unserved if channel == "email" else (),
        )
        for channel, way in ways.items()
    ]
    return [
        *senders,
        Printer(settings, database),
        SmsReader(database, ways.get("sms")),
        Steward(settings, database),
        SeedSender(settings, database, lambda: streams(settings)),
        OpensReporter(database),
        Confirmer(settings, database, stream_of(mail_way(settings))),
        Notifier(settings, database, stream_of(mail_way(settings))),
        Correspondent(settings, database, stream_of(mail_way(settings))),
        *hearing_workers(settings, database),
    ]


def streams(settings: OutreachSettings) -> dict[str, Stream]:
    """A stream of one's own for each channel. Raises ValueError for a wrong URL in the settings."""
    return {channel: stream_of(way) for channel, way in transports(settings).items()}
