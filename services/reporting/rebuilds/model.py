"""Which version each projection was built with, and the rebuilds under way and done."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document, Moment, Serial
from services.reporting.base import Base

RUNNING = "running"
SWITCHED = "switched"
STOPPED = "stopped"
FAILED = "failed"

TRIES = 8
"""Steps of a rebuild that may fail in a row."""


class Projection(Base):
    """The version of the code that the rows which readers see were built with."""

    __tablename__ = "projections"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int]
    built_at: Mapped[datetime] = mapped_column(Moment)


class Rebuild(Base):
    """One pass through the archive for one or more projections, each with the version it is built with.

    ``position`` is how far the new rows were folded, ``events`` from how many events. Who works on it
    holds a lease.
    """

    __tablename__ = "rebuilds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    projections: Mapped[dict[str, int]] = mapped_column(Document)
    state: Mapped[str] = mapped_column(String(16), default=RUNNING)
    position: Mapped[int] = mapped_column(Serial, default=0)
    events: Mapped[int] = mapped_column(default=0)
    asked_by: Mapped[str] = mapped_column(String(255))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    moved_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    leased_by: Mapped[UUID | None]
    leased_until: Mapped[datetime | None] = mapped_column(Moment)

    def take(self, token: UUID, *, at: datetime, seconds: float) -> None:
        """Let the worker ``token`` have it for so long."""
        self.leased_by, self.leased_until = token, at + timedelta(seconds=seconds)

    def advance(self, *, position: int, events: int, at: datetime) -> None:
        """Its rows are folded up to ``position``, from ``events`` more events."""
        self.position = max(self.position, position)
        self.events += events
        self.moved_at, self.tries = at, 0

    def end(self, state: str, *, at: datetime) -> None:
        """It is over, and nobody works on it any more."""
        self.state, self.ended_at = state, at
        self.leased_by = self.leased_until = None
