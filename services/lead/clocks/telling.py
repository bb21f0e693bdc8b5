"""The events that clocks publish."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from chassis.metrics import counter
from chassis.outbox import publish
from contracts.lead import (
    ClockBreached,
    ClockEscalated,
    ClockPaused,
    ClockReassigned,
    ClockReminded,
    ClockRescheduled,
    ClockResumed,
    ClockStarted,
    ClockStopped,
)
from contracts.roles import SALES_MANAGER
from services.lead.clocks.model import PAUSED, RUNNING, Clock
from services.lead.service_levels.model import CLOCKS, Act

IN_TIME, LATE, DROPPED = "in_time", "late", "dropped"

judged_total = counter(
    "lead_clocks_judged_total",
    "Clocks that were stopped in time, whose time ran out (late), or that did not matter any more (dropped).",
    ("clock", "outcome"),
    starts=((clock, outcome) for clock in CLOCKS for outcome in (IN_TIME, LATE, DROPPED)),
)


def tell_started(session: Session, clock: Clock) -> None:
    """It runs."""
    assert clock.due_at is not None
    event = ClockStarted(
        **_about(clock, clock.started_at),
        seconds=clock.total_seconds,
        due_at=clock.due_at,
        calendar_id=clock.calendar_id,
    )
    publish(session, clock, event)


def tell_turned(session: Session, clock: Clock, *, at: datetime) -> None:
    """It stands still, runs on, or has stopped."""
    if clock.state == RUNNING:
        assert clock.due_at is not None
        publish(session, clock, ClockResumed(**_about(clock, at), due_at=clock.due_at))
    elif clock.state == PAUSED:
        publish(session, clock, ClockPaused(**_about(clock, at), used_seconds=clock.counted_seconds))
    else:
        event = ClockStopped(
            **_about(clock, at),
            used_seconds=clock.counted_seconds,
            reason="dropped" if clock.in_time is None else "done",
            in_time=clock.in_time,
        )
        publish(session, clock, event)
        if clock.in_time is not False:
            judged_total.labels(clock=clock.kind, outcome=IN_TIME if clock.in_time else DROPPED).inc()


def tell_rescheduled(session: Session, clock: Clock, *, at: datetime) -> None:
    """The calendar has changed."""
    assert clock.due_at is not None
    publish(session, clock, ClockRescheduled(**_about(clock, at), due_at=clock.due_at))


def tell_fired(
    session: Session,
    clock: Clock,
    *,
    step: tuple[int, Act],
    title: str,
    owner: str | None,
    assignee: str | None,
    due_at: datetime,
    at: datetime,
) -> None:
    """A step was taken. ``assignee`` has it now, where it was taken from ``owner``."""
    percent, act = step
    about = {**_about(clock, at), "percent": percent, "title": title, "due_at": due_at, "owner": owner}
    if act == "remind":
        publish(session, clock, ClockReminded(**about))
    elif act == "breach":
        publish(session, clock, ClockBreached(**about))
        judged_total.labels(clock=clock.kind, outcome=LATE).inc()
    elif act == "escalate":
        publish(session, clock, ClockEscalated(**about, role=SALES_MANAGER))
    else:
        publish(session, clock, ClockReassigned(**about, assignee=assignee))


def told_of(clock: Clock, percent: int, *, due_at: datetime) -> str:
    """A step in words, for a timeline and a log."""
    return f"{clock.kind}: {percent} % of the time, due {due_at.isoformat(timespec='minutes')}"


def _about(clock: Clock, at: datetime) -> dict[str, Any]:
    return {
        "clock_id": clock.id,
        "kind": clock.kind,
        "subject": clock.subject,
        "subject_id": clock.subject_id,
        "department": clock.department,
        "at": at,
    }
