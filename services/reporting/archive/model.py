"""The archived event, the head that hands out positions, and the months that were taken out.

Positions come from one locked row and not from a sequence: so they become visible in their own
order, and a reader who asks for all after the last one he saw misses nothing.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Moment, Serial
from services.reporting.base import Base


class ArchivedEvent(Base):
    """One event as it was published. ``data`` is its JSON body, letter by letter.

    Only of people who asked for their erasure it says no more who they were, and copies of people's data
    on their way to them are not kept at all.

    On PostgreSQL the table is divided by the month of ``time``; a repeat has the time of its first.

    ``campaign_id`` and ``department`` are read from the body, where it tells them, so that events
    can be found by campaign and shown by department.
    """

    __tablename__ = "archived_events"
    __table_args__ = (
        UniqueConstraint("event_id", "time"),
        Index(None, "subject", "position"),
        Index(None, "campaign_id", "position"),
    )

    position: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int]
    time: Mapped[datetime] = mapped_column(Moment)
    traceparent: Mapped[str | None] = mapped_column(Text)
    campaign_id: Mapped[UUID | None]
    department: Mapped[str | None] = mapped_column(Text)
    data: Mapped[str] = mapped_column(Text)


class ArchiveHead(Base):
    """The last position given. It is one row, whose lock makes the writers of the archive take turns."""

    __tablename__ = "archive_heads"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Serial)


class DetachedMonth(Base):
    """A month whose events an operator took out of the archive. They stood between two positions."""

    __tablename__ = "detached_months"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    events: Mapped[int]
    first_position: Mapped[int] = mapped_column(Serial)
    last_position: Mapped[int] = mapped_column(Serial)
    detached_at: Mapped[datetime] = mapped_column(Moment)
