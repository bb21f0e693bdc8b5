"""A print batch is one PDF with so many pieces, and what was printed with it. It is ready, then sent."""

from datetime import datetime
from typing import Final, cast
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, Table, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import now
from chassis.columns import Moment
from chassis.database import Aggregate
from services.outreach.base import Base

READY: Final = "ready"
SENT: Final = "sent"

MANIFEST: Final = "manifest"


class PrintBatch(Aggregate, Base):
    """Pieces of one mailing that are printed together, in the order that the post wants.

    ``number`` counts the batches of a mailing from 1. ``pages`` and ``checksum`` (SHA-256) are those of
    the letters. ``sent_at`` and ``sent_by`` tell when and by whom it was marked as sent to the print house.
    """

    __tablename__ = "print_batches"
    __table_args__ = (UniqueConstraint("mailing_id", "number"),)

    mailing_id: Mapped[UUID] = mapped_column(ForeignKey("mailings.id"))
    department: Mapped[str] = mapped_column(Text)
    number: Mapped[int]
    pieces: Mapped[int]
    pages: Mapped[int]
    checksum: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    sent_by: Mapped[str | None] = mapped_column(Text)

    def send(self, by: str) -> None:
        """Mark it as sent. One that is sent already stays as it is."""
        if self.state == READY:
            self.state, self.sent_at, self.sent_by = SENT, now(), by
            self.version += 1


class PrintDocument(Base):
    """A document of a batch: letters, envelopes or labels as PDF, or the manifest as JSON."""

    __tablename__ = "print_documents"

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("print_batches.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    pages: Mapped[int]
    checksum: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class PrintPlace(Base):
    """The place of a delivery that is to be printed in the order that the post wants, inside its mailing."""

    __tablename__ = "print_places"

    mailing_id: Mapped[UUID] = mapped_column(ForeignKey("mailings.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[UUID] = mapped_column(Uuid, index=True)


print_batches = cast(Table, PrintBatch.__table__)
print_documents = cast(Table, PrintDocument.__table__)
print_places = cast(Table, PrintPlace.__table__)
