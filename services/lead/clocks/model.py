"""A clock: running ⇄ paused → stopped. It counts business time, and says which of its steps are due.

What it has counted is kept up to ``counted_from``, the moment since when it runs; so a pause keeps what is
left, and a changed calendar only counts from there on.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document, Moment
from chassis.database import Aggregate
from services.lead.base import Base
from services.lead.service_levels.business import WorkingTime, add_business_time, business_time_between
from services.lead.service_levels.model import UP, Act, ClockKind, SubjectKind, Target

RUNNING: Final = "running"
PAUSED: Final = "paused"
STOPPED: Final = "stopped"
STATES = (RUNNING, PAUSED, STOPPED)

_OPEN: Any = text("state <> 'stopped'")
_TICKS: Any = text("state = 'running' AND next_at IS NOT NULL")


class Clock(Aggregate, Base):
    """``steps`` are percent and act; the first ``fired`` are done, and the next is due at ``next_at``.

    ``stage`` tells one run of a kind from the next: that which the subject was in when it began.
    """

    __tablename__ = "clocks"
    __table_args__ = (
        Index("ix_clocks_subject_id", "subject_id"),
        Index("ix_clocks_calendar_id", "calendar_id"),
        Index("ix_clocks_next_at", "next_at", postgresql_where=_TICKS, sqlite_where=_TICKS),
        Index(
            "ix_clocks_department_due_at", "department", "due_at", postgresql_where=_OPEN, sqlite_where=_OPEN
        ),
    )

    subject: Mapped[SubjectKind] = mapped_column(Text)
    subject_id: Mapped[UUID]
    department: Mapped[str] = mapped_column(Text)
    kind: Mapped[ClockKind] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    calendar_id: Mapped[UUID | None]
    total_seconds: Mapped[int]
    counted_seconds: Mapped[int]
    counted_from: Mapped[datetime] = mapped_column(Moment)
    steps: Mapped[list[tuple[int, Act]]] = mapped_column(Document)
    fired: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    next_at: Mapped[datetime | None] = mapped_column(Moment)
    started_at: Mapped[datetime] = mapped_column(Moment)
    stopped_at: Mapped[datetime | None] = mapped_column(Moment)
    in_time: Mapped[bool | None]

    @classmethod
    def start(
        cls, target: Target, working: WorkingTime, *, at: datetime, stage: str = "", **about: Any
    ) -> "Clock":
        """A clock that runs from ``at`` on. ``about`` says of what, and in which calendar."""
        clock = cls(
            kind=target.clock,
            stage=stage,
            state=RUNNING,
            total_seconds=target.seconds,
            counted_seconds=0,
            counted_from=at,
            steps=[list(step) for step in target.steps],
            fired=0,
            started_at=at,
            stopped_at=None,
            in_time=None,
            **about,
        )
        clock.reckon(working)
        return clock

    def reckon(self, working: WorkingTime) -> None:
        """Find anew when the time is up and when the next step is due. Only a running clock knows."""
        if self.state != RUNNING:
            self.due_at = self.next_at = None
            return
        self.due_at = self.moment(UP, working)
        self.next_at = self.moment(self.steps[self.fired][0], working) if self.waits else None

    @property
    def waits(self) -> bool:
        """Whether there are steps left."""
        return self.fired < len(self.steps)

    @property
    def is_breached(self) -> bool:
        """Whether it was told that the time is up."""
        return any(act == "breach" for _, act in self.steps[: self.fired])

    def take_due(self, working: WorkingTime, *, at: datetime) -> list[tuple[int, Act]]:
        """The steps that are due by ``at``, in order; none of them is ever due again."""
        self.reckon(working)
        taken = []
        while self.next_at is not None and self.next_at <= at:
            percent, act = self.steps[self.fired]
            taken.append((percent, act))
            self.fired += 1
            self.reckon(working)
        return taken

    def pause(self, working: WorkingTime, *, at: datetime) -> None:
        """Stand still, and keep what is left."""
        self._count(working, at=at)
        self.state = PAUSED
        self.reckon(working)

    def resume(self, working: WorkingTime, *, at: datetime) -> None:
        """Run on with what was left."""
        self.state, self.counted_from = RUNNING, at
        self.reckon(working)

    def stop(self, working: WorkingTime, *, at: datetime, done: bool) -> None:
        """It is ``done``, or does not matter any more."""
        if self.state == RUNNING:
            in_time = at <= self.moment(UP, working)
            self._count(working, at=at)
        else:
            in_time = self.counted_seconds <= self.total_seconds
        self.state, self.stopped_at = STOPPED, at
        self.in_time = in_time and not self.is_breached if done else None
        self.reckon(working)

    def _count(self, working: WorkingTime, *, at: datetime) -> None:
        passed = business_time_between(self.counted_from, at, working)
        # A part of a second more than there was is too late.
        self.counted_seconds += -(-passed // timedelta(seconds=1))
        self.counted_from = at

    def moment(self, percent: int, working: WorkingTime) -> datetime:
        """When so many percent of the time are used up, where it runs on."""
        left = self.total_seconds * percent / 100 - self.counted_seconds
        return add_business_time(self.counted_from, timedelta(seconds=left), working)
