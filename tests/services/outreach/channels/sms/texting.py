"""Builds SMS that went out, and what came back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from contracts.lead import ContactCard
from services.outreach.channels.sms.inbound import Inbox
from services.outreach.channels.sms.line import Received
from services.outreach.channels.sms.matching import apply_receipts
from services.outreach.channels.sms.model import InboundSms, SmsReceipt
from services.outreach.channels.sms.pdu import Delivered
from services.outreach.channels.sms.replies import apply_replies
from services.outreach.mailings.model import Delivery, deliveries
from tests.services.outreach.builders import a_card, a_mailing, consents, deliveries_of

ANYONE: Any = None
"""In the place of a session that deliveries came in by; storing does not ask for it."""


def a_phone(number: int = 1, **changes: Any) -> ContactCard:
    """A contact who may be sent SMS."""
    plain = {
        "phone": f"+49151{number:08}",
        "consents": consents(sms=True),
        "email": None,
        "time_zone": zone_at_noon(),
    }
    return a_card(**{**plain, **changes})


def zone_at_noon() -> str:
    """A time zone where it is about noon now, so that no quiet hours hold an SMS up."""
    return f"Etc/GMT{now().hour - 12:+d}" if now().hour != 12 else "Etc/GMT"


def sent(database: Database, card: ContactCard, provider_id: str = "", **changes: Any) -> UUID:
    """The delivery of an SMS that an SMS centre took."""
    mailing_id = a_mailing(database, [card], channel="sms", template_id=new_id(), **changes)
    (delivery,) = deliveries_of(database, mailing_id).values()
    taken(database, delivery.id, provider_id)
    return delivery.id


def taken(database: Database, delivery_id: UUID, provider_id: str) -> None:
    """Let the sender record the centre's answer."""
    values = {"state": "accepted", "provider_id": provider_id or None, "ended_at": now()}
    with database.transaction() as session:
        session.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(**values))


def receipt(
    provider_id: str, *, source: str = "4915100000001", stat: str = "DELIVRD", err: str = "000"
) -> Delivered:
    """A receipt in its usual form."""
    dates = "submit date:2611220101 done date:2611220102"
    text = f"id:{provider_id} sub:001 dlvrd:001 {dates} stat:{stat} err:{err} text:"
    return Delivered(source, "Fanfare", 4, 0, text.encode(), {})


def a_text(text: str, *, source: str = "4915100000001", udh: bytes = b"") -> Delivered:
    """A text that somebody sent."""
    octets = udh + text.encode("utf-16-be")
    return Delivered(source, "4915199", 0x40 if udh else 0, 8, octets, {})


def arrive(database: Database, *delivered: Delivered) -> None:
    """Let an SMS centre deliver."""
    received = [Received(ANYONE, number, one) for number, one in enumerate(delivered, start=1)]
    Inbox(database, region="DE").store(received)


def work_off(database: Database) -> int:
    """Do once what the worker does a moment later. Returns how many things it looked at."""
    later(database, seconds=1)
    with database.transaction() as session:
        looked = apply_replies(session, limit=100)
    with database.transaction() as session:
        return looked + apply_receipts(session, limit=500)


def later(database: Database, **span: float) -> None:
    """Let so much time pass for what waits: its moments move into the past."""
    with database.transaction() as session:
        rows = [*session.scalars(select(SmsReceipt)), *session.scalars(select(InboundSms))]
        for row in rows:
            row.due_at -= timedelta(**span)
            row.received_at -= timedelta(**span)


def inbound(database: Database) -> Sequence[InboundSms]:
    """The texts that came in, in their order."""
    with database.reading() as session:
        return session.scalars(select(InboundSms).order_by(InboundSms.id)).all()


def waiting_receipts(database: Database) -> dict[str, str]:
    """The state of each receipt that is still there, by its id."""
    with database.reading() as session:
        return {row.provider_id: row.state for row in session.scalars(select(SmsReceipt))}


def heard(database: Database, delivery_id: UUID) -> tuple[str | None, str | None]:
    """What is known of a delivery after it was handed over."""
    with database.reading() as session:
        delivery = session.get_one(Delivery, delivery_id)
        return delivery.feedback, delivery.feedback_reason
