"""Has the clocks of leads and requests do what their state asks for.

Whoever follows a lead or a request holds its row locked; so nothing else locks its clocks meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.lead.clocks.model import PAUSED, RUNNING, STOPPED, Clock
from services.lead.clocks.telling import tell_fired, tell_started, tell_turned, told_of
from services.lead.clocks.wishes import REPEATED, Subject, Wish
from services.lead.service_levels import queries as service_levels
from services.lead.service_levels.business import ALWAYS, WorkingTime
from services.lead.service_levels.model import (
    ACCEPT,
    RESOLUTION,
    Act,
    ClockKind,
    ServiceLevel,
    Target,
    closest,
)

BY_DEADLINE: Final[tuple[tuple[int, Act], ...]] = ((50, "remind"), (100, "escalate"))
"""What is done for a lead that must be accepted by a moment, where no service level says otherwise.

That it is given to somebody else then is up to its assignment.
"""

INSTANT: Final = timedelta(microseconds=1)
"""What happens at the very moment when the time is up is in time."""

MISSED: Final[tuple[Act, ...]] = ("breach", "escalate")
"""What is told of a clock that stops too late, where the clockwork has not told it yet."""


@dataclass(frozen=True)
class Missed:
    """A step that was due before its clock stopped."""

    clock: Clock
    act: Act
    told: str
    at: datetime


class Clockroom:
    """The clocks of some leads or requests, with the levels and calendars that they need, read at once."""

    def __init__(self, session: Session, subjects: Sequence[Subject]) -> None:
        self.session = session
        self._levels = service_levels.levels_in_force(session, {one.department for one in subjects})
        self._clocks: dict[UUID, list[Clock]] = {one.id: [] for one in subjects}
        theirs = select(Clock).where(Clock.subject_id.in_(sorted(self._clocks))).order_by(Clock.id)
        for clock in session.scalars(theirs):
            self._clocks[clock.subject_id].append(clock)
        self._working = self._calendars(subjects)

    def follow(self, subject: Subject, *, at: datetime) -> list[Missed]:
        """Start, pause, resume and stop clocks, as the subject's state asks for. Returns what was missed."""
        missed: list[Missed] = []
        for clock in self._clocks[subject.id]:
            if clock.state != STOPPED:
                missed += self._turn(clock, subject, at=at)
        for kind, wish in subject.wishes.items():
            if wish.mode == "run" and self._is_due_to_start(subject, kind, wish):
                self._start(subject, kind, wish, at=at)
        return missed

    def due_at(self, subject: Subject, kind: ClockKind) -> datetime | None:
        """When the time of a clock that runs is up."""
        running = [
            clock for clock in self._clocks[subject.id] if (clock.kind, clock.state) == (kind, RUNNING)
        ]
        return running[0].due_at if running else None

    def _is_due_to_start(self, subject: Subject, kind: ClockKind, wish: Wish) -> bool:
        same = [clock for clock in self._clocks[subject.id] if clock.kind == kind]
        if kind in REPEATED:
            return all(clock.state == STOPPED for clock in same)
        return all(clock.stage != wish.stage for clock in same)

    def _start(self, subject: Subject, kind: ClockKind, wish: Wish, *, at: datetime) -> None:
        level = self._level(subject)
        target = level.target(kind) if level else None
        calendar_id = level.calendar_id if level else None
        if target is None and kind == ACCEPT and subject.accept_by is not None and subject.accept_by > at:
            seconds = -(-(subject.accept_by - at) // timedelta(seconds=1))
            target, calendar_id = Target.of(ACCEPT, seconds, BY_DEADLINE), None
        if target is None:
            return
        clock = Clock.start(
            target,
            self._working_time(calendar_id),
            at=at,
            stage=wish.stage,
            subject=subject.kind,
            subject_id=subject.id,
            department=subject.department,
            calendar_id=calendar_id,
        )
        self.session.add(clock)
        self._clocks[subject.id].append(clock)
        tell_started(self.session, clock)

    def _turn(self, clock: Clock, subject: Subject, *, at: datetime) -> list[Missed]:
        working, wish = self._working_time(clock.calendar_id), subject.wishes.get(clock.kind)
        missed: list[Missed] = []
        if wish is None or wish.stage != clock.stage:
            missed = [] if subject.dropped else self._missed(clock, subject, working, at=at)
            met = clock.kind not in subject.unmet or clock.is_breached
            clock.stop(working, at=at, done=met and not subject.dropped)
        elif wish.mode == "pause" and clock.state == RUNNING:
            clock.pause(working, at=at)
        elif wish.mode == "run" and clock.state == PAUSED:
            clock.resume(working, at=at)
        else:
            return missed
        tell_turned(self.session, clock, at=at)
        return missed

    def _missed(self, clock: Clock, subject: Subject, working: WorkingTime, *, at: datetime) -> list[Missed]:
        """Tell what was due before it stops: a miss is told once, whether or not the clockwork saw it."""
        missed = []
        for step in clock.take_due(working, at=at - INSTANT):
            if step[1] in MISSED and clock.due_at is not None:
                tell_fired(
                    self.session,
                    clock,
                    step=step,
                    title=subject.title,
                    owner=clock.stage if clock.kind == ACCEPT and clock.stage else subject.owner,
                    assignee=None,
                    due_at=clock.due_at,
                    at=at,
                )
                told = told_of(clock, step[0], due_at=clock.due_at)
                missed.append(Missed(clock, step[1], told, clock.moment(step[0], working)))
        return missed

    def _level(self, subject: Subject) -> ServiceLevel | None:
        levels = self._levels.get((subject.department, subject.kind), ())
        return closest(levels, kind=subject.level_kind, grade=subject.grade)

    def _working_time(self, calendar_id: UUID | None) -> WorkingTime:
        return ALWAYS if calendar_id is None else self._working[calendar_id]

    def _calendars(self, subjects: Sequence[Subject]) -> Mapping[UUID, WorkingTime]:
        open_clocks = [
            clock for clocks in self._clocks.values() for clock in clocks if clock.state != STOPPED
        ]
        needed = {clock.calendar_id for clock in open_clocks}
        needed |= {level.calendar_id for one in subjects if (level := self._level(one))}
        return service_levels.working_times(self.session, [one for one in needed if one is not None])


def follow(session: Session, subject: Subject, *, at: datetime) -> datetime | None:
    """Have the clocks of one lead or request follow its state. Returns when it must be resolved, if ever."""
    room = Clockroom(session, [subject])
    room.follow(subject, at=at)
    return room.due_at(subject, RESOLUTION)
