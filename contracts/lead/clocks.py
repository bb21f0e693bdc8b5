"""Events of calendars, service levels, and the clocks that run by them."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.event import Code, Count, Event, Moment, Part, Subject, Text, event

Ticking = Literal["lead", "request"]
"""What a clock is about."""

ClockKind = Literal["first_response", "resolution", "accept", "ageing"]

Span = Annotated[str, msgspec.Meta(pattern="^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$")]
"""Hours by the clock on the wall, such as 09:00-17:30. A day ends at 24:00."""


class SpecialDay(Part, kw_only=True):
    """A date that is not as its weekday: a holiday without hours, or a day worked instead of another."""

    day: date
    name: Text
    hours: list[Span] = []


@event("calendar.saved.v1", producer="lead")
class CalendarSaved(Event, kw_only=True):
    """A business calendar was made or changed: all of it as it now stands. ``week`` begins with Monday."""

    calendar_id: UUID
    department: Code
    code: Code
    name: Text
    time_zone: Code
    week: Annotated[list[list[Span]], msgspec.Meta(min_length=7, max_length=7)]
    days: list[SpecialDay] = []
    by: Subject
    at: Moment


class Step(Part, kw_only=True):
    """What is done when so many percent of the time are used up."""

    percent: Count
    act: Literal["remind", "escalate", "reassign"]


class Target(Part, kw_only=True):
    """How much business time there is until something must have happened."""

    clock: ClockKind
    minutes: Annotated[int, msgspec.Meta(ge=1)]
    steps: list[Step] = []


@event("level.saved.v1", producer="lead")
class LevelSaved(Event, kw_only=True):
    """A service level was agreed, changed or, where it is not ``active``, given up.

    Blank ``kind`` and ``grade`` stand for all that have no level of their own.
    """

    level_id: UUID
    department: Code
    subject: Ticking
    kind: Text = ""
    grade: Text = ""
    calendar_id: UUID
    targets: list[Target]
    active: bool
    by: Subject
    at: Moment


class ClockEvent(Event, kw_only=True):
    """What all events of a clock say: which it is, and of what."""

    clock_id: UUID
    kind: ClockKind
    subject: Ticking
    subject_id: UUID
    department: Code
    at: Moment


class ClockStep(ClockEvent, kw_only=True):
    """What was done, when so many percent of the time were used up. ``owner`` may be nobody."""

    percent: Count
    title: Text
    due_at: Moment
    owner: Subject | None = None


@event("clock.started.v1", producer="lead")
class ClockStarted(ClockEvent, kw_only=True):
    """Time runs, in business time of a calendar, or all the time where there is none."""

    seconds: Count
    due_at: Moment
    calendar_id: UUID | None = None


@event("clock.paused.v1", producer="lead")
class ClockPaused(ClockEvent, kw_only=True):
    """Time stands still, because somebody else is to act. What is left is kept."""

    used_seconds: Count


@event("clock.resumed.v1", producer="lead")
class ClockResumed(ClockEvent, kw_only=True):
    """Time runs on with what was left."""

    due_at: Moment


@event("clock.rescheduled.v1", producer="lead")
class ClockRescheduled(ClockEvent, kw_only=True):
    """The calendar has changed, and so has the moment when the time is up."""

    due_at: Moment


@event("clock.reminded.v1", producer="lead")
class ClockReminded(ClockStep, kw_only=True):
    """Whoever is to act was reminded; ``owner`` is nobody where it lies in a pool."""


@event("clock.breached.v1", producer="lead")
class ClockBreached(ClockStep, kw_only=True):
    """The time was up and nothing had happened."""


@event("clock.escalated.v1", producer="lead")
class ClockEscalated(ClockEvent, kw_only=True):
    """It was taken to the holders of ``role`` in the department."""

    percent: Count
    title: Text
    due_at: Moment
    role: Code
    owner: Subject | None = None


@event("clock.reassigned.v1", producer="lead")
class ClockReassigned(ClockStep, kw_only=True):
    """It was taken from ``owner`` and given to ``assignee``, or back to a pool where that is nobody."""

    assignee: Subject | None = None


@event("clock.stopped.v1", producer="lead")
class ClockStopped(ClockEvent, kw_only=True):
    """It happened, or does not matter any more, in which case ``in_time`` is neither true nor false."""

    used_seconds: Count
    reason: Literal["done", "dropped"]
    in_time: bool | None = None
