"""Calendars of working hours, and the service levels that are counted in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, get_args
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document, Moment
from chassis.database import Aggregate, Audited
from services.lead.base import Base

SubjectKind = Literal["lead", "request"]
SUBJECTS: tuple[SubjectKind, ...] = get_args(SubjectKind)
ClockKind = Literal["first_response", "resolution", "accept", "ageing"]
CLOCKS: tuple[ClockKind, ...] = get_args(ClockKind)
FIRST_RESPONSE: Final = "first_response"
RESOLUTION: Final = "resolution"
ACCEPT: Final = "accept"
AGEING: Final = "ageing"

Act = Literal["remind", "breach", "escalate", "reassign"]
ACTS: tuple[Act, ...] = get_args(Act)
"""What a step of a clock does; in this order where they fall together."""

UP = 100
"""Percent of the time at which it is up."""


@dataclass(frozen=True)
class Target:
    """How much business time there is for something, and what is done on the way and beyond.

    ``steps`` are percent and act, ascending; that it was missed is told at 100 percent.
    """

    clock: ClockKind
    seconds: int
    steps: tuple[tuple[int, Act], ...]

    @classmethod
    def of(cls, clock: ClockKind, seconds: int, steps: Sequence[tuple[int, Act]]) -> "Target":
        """With the step that tells of a miss among the others."""
        every = sorted({*steps, (UP, "breach")}, key=lambda step: (step[0], ACTS.index(step[1])))
        return cls(clock, seconds, tuple(every))


class Calendar(Aggregate, Base):
    """The working hours of a department: a week from Monday on, each day a list of ``hh:mm-hh:mm``."""

    __tablename__ = "calendars"
    __table_args__ = (UniqueConstraint("department", "code"),)

    department: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    time_zone: Mapped[str] = mapped_column(Text)
    week: Mapped[list[list[str]]] = mapped_column(Document)
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class CalendarDay(Audited, Base):
    """A date that is not as its weekday: a holiday, or a day that is worked instead of another.

    ``country`` is whose holidays it came with; blank where somebody entered it.
    """

    __tablename__ = "calendar_days"
    audited_by = "calendar_id"

    calendar_id: Mapped[UUID] = mapped_column(ForeignKey("calendars.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    hours: Mapped[list[str]] = mapped_column(Document)
    country: Mapped[str] = mapped_column(Text, default="")


class ServiceLevel(Aggregate, Base):
    """What a department promises for a kind of request or lead of a grade; blank stands for all others."""

    __tablename__ = "service_levels"
    __table_args__ = (
        UniqueConstraint("department", "subject", "kind", "grade"),
        Index(None, "calendar_id"),
    )

    department: Mapped[str] = mapped_column(Text)
    subject: Mapped[SubjectKind] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    grade: Mapped[str] = mapped_column(Text)
    calendar_id: Mapped[UUID] = mapped_column(ForeignKey("calendars.id"))
    targets: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    active: Mapped[bool]
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment)

    def target(self, clock: ClockKind) -> Target | None:
        """What is promised of one clock."""
        for one in self.targets:
            if one["clock"] == clock:
                steps = [(step["percent"], step["act"]) for step in one["steps"]]
                return Target.of(clock, 60 * one["minutes"], steps)
        return None


def closest(levels: Sequence[ServiceLevel], *, kind: str, grade: str) -> ServiceLevel | None:
    """The level that is meant most closely: kind before grade, and either before neither."""
    fitting = [one for one in levels if one.kind in (kind, "") and one.grade in (grade, "")]
    return max(fitting, key=lambda one: (one.kind != "", one.grade != ""), default=None)
