"""Runs that give many leads anew, how far they are, and what became of each lead."""

from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document, Moment
from chassis.database import Aggregate
from chassis.errors import Conflict
from services.lead.base import Base

Kind = Literal["reassignment", "transfer"]
KINDS: tuple[Kind, ...] = get_args(Kind)
RunState = Literal["queued", "running", "finished", "cancelled"]
RUN_STATES: tuple[RunState, ...] = get_args(RunState)
UNDER_WAY = ("queued", "running")
TALLIES = ("assigned", "kept", "pooled", "left")

_TO_DO = text("state IN ('queued', 'running')")


class Reassignment(Aggregate, Base):
    """A run over the leads that ``chosen`` says, up to the id ``ceiling``; ``after`` is how far it is.

    ``target`` says who gets them. A transfer takes them from ``source``, who does not get them back.
    """

    __tablename__ = "reassignments"
    __table_args__ = (
        Index("ix_reassignments_to_do", "id", postgresql_where=_TO_DO, sqlite_where=_TO_DO),
        Index(None, "department", "id"),
    )

    department: Mapped[str] = mapped_column(String(64))
    kind: Mapped[Kind] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(255))
    reason: Mapped[str] = mapped_column(Text)
    chosen: Mapped[dict[str, Any]] = mapped_column(Document)
    target: Mapped[dict[str, Any]] = mapped_column(Document)
    state: Mapped[RunState] = mapped_column(String(16))
    total: Mapped[int]
    assigned: Mapped[int]
    kept: Mapped[int]
    pooled: Mapped[int]
    left: Mapped[int] = mapped_column("stayed")
    after: Mapped[UUID | None]
    ceiling: Mapped[UUID]
    requested_by: Mapped[str] = mapped_column(String(255))
    requested_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)

    def __init__(self, **values: Any) -> None:
        blank: dict[str, Any] = {"state": "queued", "total": 0, "source": "", **dict.fromkeys(TALLIES, 0)}
        super().__init__(**{**blank, **values})

    @property
    def done(self) -> int:
        """How many leads were looked at so far."""
        return self.assigned + self.kept + self.pooled + self.left

    def begin(self, *, at: datetime) -> None:
        self.state, self.started_at = "running", at

    def count(self, outcome: str) -> None:
        """One more lead of which this became."""
        setattr(self, outcome, getattr(self, outcome) + 1)

    def end(self, state: Literal["finished", "cancelled"], *, at: datetime) -> None:
        """Raises Conflict when it is over."""
        if self.state not in UNDER_WAY:
            raise Conflict(f"The run is {self.state}")
        self.state, self.finished_at = state, at


class ReassignedLead(Base):
    """What a run made of one lead: ``before`` and ``after`` are an owner, or a pool in brackets."""

    __tablename__ = "reassigned_leads"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("reassignments.id"), primary_key=True)
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("leads.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(16))
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
