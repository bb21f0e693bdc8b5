"""Works off what came in by SMS, in a thread of the sender's process, which holds the session."""

from chassis.auth import Actor
from chassis.database import Database
from services.outreach.channels.channel import Stream, Transport
from services.outreach.channels.sms.matching import apply_receipts
from services.outreach.channels.sms.replies import apply_replies
from services.outreach.channels.sms.smpp import SmppTransport

RECEIPTS_AT_ONCE = 500
REPLIES_AT_ONCE = 100

ACTOR = Actor.system("outreach")


class SmsReader:
    """Applies receipts to their copies, and does what people text."""

    name = "sms-reader"

    def __init__(self, database: Database, transport: Transport | Stream | None) -> None:
        self._database = database
        self._transport = transport

    def step(self) -> bool:
        """Keep listening, and do a page of each. Whether there was anything."""
        if isinstance(self._transport, SmppTransport):
            self._transport.listen()
        with self._database.transaction(ACTOR) as session:
            replies = apply_replies(session, limit=REPLIES_AT_ONCE)
        with self._database.transaction(ACTOR) as session:
            receipts = apply_receipts(session, limit=RECEIPTS_AT_ONCE)
        return replies + receipts > 0
