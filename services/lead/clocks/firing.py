"""Takes the steps that are due, a batch at a time: reads it at once, and then looks at each clock.

Whoever acts on a lead or a request locks its row first, and so does this; who is locked is left for the next
time. Steps, events and what they lead to are one transaction, so each step is taken once whatever crashes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.logs import get_logger
from chassis.metrics import counter, histogram
from services.lead.assignment.giving import Waiting
from services.lead.clocks.holders import LeadHolder, RequestHolder, count_notes
from services.lead.clocks.model import STOPPED, Clock
from services.lead.clocks.queries import TICKS
from services.lead.clocks.telling import tell_fired, tell_rescheduled, told_of
from services.lead.leads.model import Lead
from services.lead.requests.model import PreSalesRequest
from services.lead.service_levels.business import ALWAYS
from services.lead.service_levels.model import ACTS, CLOCKS, Act
from services.lead.service_levels.queries import working_times

log = get_logger(__name__)

fired_total = counter(
    "lead_clock_steps_total",
    "Steps of clocks that were taken, by clock and by what was done.",
    ("clock", "act"),
    starts=((clock, act) for clock in CLOCKS for act in ACTS),
)
lag_seconds = histogram(
    "lead_clock_lag_seconds",
    "How long after they were due the steps of clocks were taken.",
    buckets=(0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0),
)


class Holder(Protocol):
    """What a clock is about, as far as its steps have to do with it."""

    title: str
    notes: int

    @property
    def owner(self) -> str | None: ...

    def note(self, act: Act, *, told: str, at: datetime) -> None:
        """Put it on the timeline, where there is one."""

    def reassign(self, *, why: str) -> str | None:
        """Take it from its owner. Returns who has it then."""


def fire(session: Session, actor: Actor, due: Sequence[Any], *, settings: Waiting, at: datetime) -> int:
    """Take the steps of the clocks ``due``. Returns how many clocks were looked at."""
    holders = _locked(session, actor, due, settings=settings)
    wanted = select(Clock).where(Clock.id.in_([row.id for row in due]), TICKS, Clock.next_at <= at)
    wanted = wanted.where(Clock.subject_id.in_(sorted(holders))).order_by(Clock.next_at, Clock.id)
    clocks = session.scalars(wanted.with_for_update()).all()
    working = working_times(session, {one.calendar_id for one in clocks if one.calendar_id is not None})
    for clock in clocks:
        calendar = ALWAYS if clock.calendar_id is None else working[clock.calendar_id]
        was_due, planned = clock.due_at, clock.next_at
        steps = clock.take_due(calendar, at=at)
        if clock.due_at != was_due:
            tell_rescheduled(session, clock, at=at)
        if steps and planned is not None:
            lag_seconds.observe((at - planned).total_seconds())
        for step in steps:
            if clock.state == STOPPED:
                break  # It was given to somebody else, who is not to blame for what was due after that.
            _take(session, clock, holders[clock.subject_id], step, at=at)
    noted = {key: holder.notes for key, holder in holders.items() if holder.notes}
    count_notes(session, noted)
    log.info("clocks_fired", clocks=len(clocks), subjects=len(holders), notes=sum(noted.values()))
    return len(clocks)


def _take(session: Session, clock: Clock, holder: Holder, step: tuple[int, Act], *, at: datetime) -> None:
    percent, act = step
    owner, due_at = holder.owner, clock.due_at or at
    told = told_of(clock, percent, due_at=due_at)
    holder.note(act, told=told, at=at)
    assignee = holder.reassign(why=told) if act == "reassign" else None
    tell_fired(
        session, clock, step=step, title=holder.title, owner=owner, assignee=assignee, due_at=due_at, at=at
    )
    fired_total.labels(clock=clock.kind, act=act).inc()
    if act == "reassign":
        log.info("clock_reassigned", kind=clock.kind, subject_id=str(clock.subject_id), assignee=assignee)


def _locked(
    session: Session, actor: Actor, due: Sequence[Any], *, settings: Waiting
) -> Mapping[UUID, Holder]:
    """What the clocks are about, locked; without what somebody else has locked."""
    ids = {
        kind: sorted({row.subject_id for row in due if row.subject == kind}) for kind in ("lead", "request")
    }
    found: dict[UUID, Holder] = {}
    if ids["lead"]:
        leads = select(Lead).where(Lead.id.in_(ids["lead"])).order_by(Lead.id)
        for lead in session.scalars(leads.with_for_update(skip_locked=True)):
            found[lead.id] = LeadHolder(session, actor, lead, settings)
    if ids["request"]:
        requests = select(PreSalesRequest).where(PreSalesRequest.id.in_(ids["request"]))
        requests = requests.order_by(PreSalesRequest.id)
        for one in session.scalars(requests.with_for_update(skip_locked=True)):
            found[one.id] = RequestHolder(session, actor, one)
    return found
