"""A mail that came in: kept as it is before anybody is told that we have it, and sorted afterwards."""

from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import PERSONAL, Document, Moment
from chassis.database import Aggregate
from services.outreach.base import Base

WAITING: Final = "waiting"
DONE: Final = "done"
UNMATCHED: Final = "unmatched"
UNRECOGNISED: Final = "unrecognised"
"""A state, and the kind of mail that is in it."""
SET_ASIDE: Final = "set_aside"
STATES = (WAITING, DONE, UNMATCHED, UNRECOGNISED, SET_ASIDE)

SMTP: Final = "smtp"
MAILDIR: Final = "maildir"
IMAP: Final = "imap"
SOURCES = (SMTP, MAILDIR, IMAP)

IGNORED: Final = "ignored"
"""The kind of a mail that a person looked at and that means nothing."""


class InboundMail(Aggregate, Base):
    """What is known of a mail. ``digest`` tells it from all others, so that none is kept twice.

    ``state`` is waiting; done; unmatched, where the delivery that it is about is not known (then
    ``candidates`` are those that it may be); unrecognised, where no rule knows its form; or set_aside,
    where it could not be read (``reason`` tells why). ``kind`` is one of ``reading.KINDS`` or ignored,
    ``verdict`` is hard or soft for a bounce, and ``rule`` of the file's ``rules_version`` gave it.
    ``answer`` is what the other side said, or the first words of a reply. ``found_by`` tells how the
    delivery was found: return_path, message_id, provider_id, address or hand. Without a delivery the
    department is empty. ``handled_by`` is the person who sorted it.
    """

    __tablename__ = "inbound_mails"
    __table_args__ = (
        Index(
            "ix_inbound_mails_waiting",
            "id",
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
        Index("ix_inbound_mails_state", "state", "id"),
        Index("ix_inbound_mails_delivery_id", "delivery_id"),
    )

    department: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    sender: Mapped[str] = mapped_column(Text, info=PERSONAL)
    recipients: Mapped[list[str]] = mapped_column(Document, info=PERSONAL)
    digest: Mapped[str] = mapped_column(Text, unique=True)
    size: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(Text)
    tries: Mapped[int]
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    sorted_at: Mapped[datetime | None] = mapped_column(Moment)
    written_by: Mapped[str] = mapped_column(Text, info=PERSONAL)
    subject: Mapped[str] = mapped_column(Text, info=PERSONAL)
    kind: Mapped[str | None] = mapped_column(Text)
    verdict: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)
    rules_version: Mapped[int | None]
    status: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, info=PERSONAL)
    address: Mapped[str] = mapped_column(Text, info=PERSONAL)
    delivery_id: Mapped[UUID | None] = mapped_column(Uuid)
    mailing_id: Mapped[UUID | None] = mapped_column(Uuid)
    contact_id: Mapped[UUID | None] = mapped_column(Uuid)
    found_by: Mapped[str | None] = mapped_column(Text)
    candidates: Mapped[list[Any]] = mapped_column(Document)
    handled_by: Mapped[str | None] = mapped_column(Text)


class InboundBody(Base):
    """The mail as it came over the wire, until its time is over."""

    __tablename__ = "inbound_bodies"

    mail_id: Mapped[UUID] = mapped_column(ForeignKey("inbound_mails.id"), primary_key=True)
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(Moment, index=True)


class InboundFolder(Base):
    """How far a folder on an IMAP server has been read. ``name`` is user@host:port/folder."""

    __tablename__ = "inbound_folders"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    uid_validity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger)


inbound_mails = cast(Table, InboundMail.__table__)
inbound_bodies = cast(Table, InboundBody.__table__)
