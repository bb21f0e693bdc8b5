"""What came in by SMS and waits to be worked off, and which parts a long message went in."""

from datetime import datetime
from typing import Final, cast
from uuid import UUID

from sqlalchemy import Index, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Moment
from services.outreach.base import Base

WAITING: Final = "waiting"
UNMATCHED: Final = "unmatched"
DONE: Final = "done"

_waits = text("state = 'waiting'")


class SmsReceipt(Base):
    """A receipt until its delivery is found; then the row goes. What stays is UNMATCHED: of no copy of ours.

    ``kind`` and ``reason`` are as ``Heard`` has them. ``number`` is the recipient's, or empty.
    """

    __tablename__ = "sms_receipts"
    __table_args__ = (
        Index("ix_sms_receipts_due_at", "due_at", postgresql_where=_waits, sqlite_where=_waits),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    provider_id: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(Text)


class SmsPart(Base):
    """A part of a message that went in several, by the id that the SMS centre gave it.

    ``heard`` is what its receipt said, as ``Heard.kind``.
    """

    __tablename__ = "sms_parts"
    __table_args__ = (Index("ix_sms_parts_provider_id", "provider_id"),)

    delivery_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    part: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    parts: Mapped[int] = mapped_column(SmallInteger)
    provider_id: Mapped[str] = mapped_column(Text)
    heard: Mapped[str | None] = mapped_column(Text)


class InboundSms(Base):
    """A text that somebody sent us, and what it led to.

    ``outcome`` is unsubscribed, subscribed, answered, repeated, joined (its text stands with the first
    part), unknown_number or no_delivery; empty while the row waits. ``department`` is that of the contact,
    and empty for a number that nobody has.
    """

    __tablename__ = "inbound_sms"
    __table_args__ = (
        Index("ix_inbound_sms_due_at", "due_at", postgresql_where=_waits, sqlite_where=_waits),
        Index("ix_inbound_sms_source", "source"),
        Index("ix_inbound_sms_department", "department"),
        Index(
            "uq_inbound_sms_provider_id",
            "provider_id",
            unique=True,
            postgresql_where=text("provider_id IS NOT NULL"),
            sqlite_where=text("provider_id IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    destination: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    provider_id: Mapped[str | None] = mapped_column(Text)
    reference: Mapped[int]
    part: Mapped[int] = mapped_column(SmallInteger)
    parts: Mapped[int] = mapped_column(SmallInteger)
    received_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    contact_id: Mapped[UUID | None] = mapped_column(Uuid)
    delivery_id: Mapped[UUID | None] = mapped_column(Uuid)


sms_receipts = cast(Table, SmsReceipt.__table__)
sms_parts = cast(Table, SmsPart.__table__)
inbound_sms = cast(Table, InboundSms.__table__)
