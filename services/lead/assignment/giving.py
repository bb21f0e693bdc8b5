"""Giving a lead to somebody: by the rules of its department, or by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, get_args
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Invalid
from chassis.logs import get_logger
from chassis.metrics import counter
from services.lead.assignment.choosing import Choice
from services.lead.assignment.desk import Desk, facts_of, note_taken
from services.lead.assignment.model import Rep
from services.lead.leads.actions import assign_lead, pool_lead
from services.lead.leads.model import Lead

log = get_logger(__name__)

LONGEST_WHY = 2000
Way = Literal["rules", "hand", "pick", "run", "overdue"]
WAYS: tuple[Way, ...] = get_args(Way)

assigned_total = counter(
    "lead_assignments_total",
    "Leads that were given to a rep, by the way: by rules, by hand, picked from a pool, in a run, or because"
    " somebody else did not accept in time.",
    ("way",),
    starts=((way,) for way in WAYS),
)


class Waiting(Protocol):
    """What assignment needs of the settings: hours of working time, and hours."""

    @property
    def accept_hours(self) -> float: ...
    @property
    def cool_down_hours(self) -> float: ...


Outcome = Literal["assigned", "kept", "pooled", "left"]
"""A rep got the lead, or has it already; it was put into a pool; or it stays where it is."""


@dataclass(frozen=True)
class Given:
    """What became of a lead."""

    lead: Lead
    outcome: Outcome
    why: str


def assign(
    session: Session,
    actor: Actor,
    *,
    lead: Lead,
    settings: Waiting,
    assignee: str | None = None,
    note: str = "",
) -> Lead:
    """Give a lead to ``assignee``, or to whom the rules choose. Raises Invalid and Conflict as those."""
    if not assignee:
        return assign_by_rules(session, actor, lead=lead, settings=settings)
    return assign_by_hand(session, actor, lead=lead, assignee=assignee, settings=settings, note=note)


def assign_by_rules(session: Session, actor: Actor, *, lead: Lead, settings: Waiting) -> Lead:
    """Give a lead to whom the rules choose, or put it into the pool they name.

    Raises Conflict where they find nobody, or by the lead's state.
    """
    desk = Desk(session, lead.department)
    [given] = give(actor, [lead], desk=desk, settings=settings, way="rules")
    if given.outcome == "left":
        raise Conflict(f"Nobody is free for the lead: {given.why}")
    desk.keep()
    return lead


def assign_by_hand(
    session: Session, actor: Actor, *, lead: Lead, assignee: str, settings: Waiting, note: str = ""
) -> Lead:
    """Give a lead to a rep of its department, whatever he takes. Raises Invalid, Conflict by its state."""
    if rep_of(session, lead.department, assignee) is None:
        raise Invalid({"assignee": ["Is not an active sales rep of the lead's department"]})
    why = f"chosen by {actor.subject}" + (f": {note}" if note else "")
    give_to(session, actor, lead=lead, assignee=assignee, why=why, settings=settings, way="hand")
    return lead


def give(
    actor: Actor,
    leads: Sequence[Lead],
    *,
    desk: Desk,
    settings: Waiting,
    way: Way,
    told: str = "",
    run_id: UUID | None = None,
) -> list[Given]:
    """Give leads of the desk's department, in order; the desk is kept by the caller.

    ``told`` goes before each why. Raises Conflict by a lead's state.
    """
    facts = facts_of(desk.session, leads, cool_down_hours=settings.cool_down_hours, at=desk.at)
    desk.expect(facts.values())
    given = []
    for lead in leads:
        choice = desk.choose(facts[lead.id], owned=lead.assignee is not None)
        choice = replace(choice, why=f"{told}{choice.why}"[:LONGEST_WHY])
        outcome = _carry_out(actor, lead, choice, desk=desk, settings=settings, run_id=run_id)
        if outcome == "assigned":
            assigned_total.labels(way=way).inc()
        if outcome == "left":
            log.info("lead_unassigned", lead_id=str(lead.id), department=desk.department, why=choice.why)
        given.append(Given(lead, outcome, choice.why))
    return given


def give_to(
    session: Session,
    actor: Actor,
    *,
    lead: Lead,
    assignee: str,
    why: str,
    settings: Waiting,
    way: Way,
    run_id: UUID | None = None,
) -> Given:
    """Give a lead to a rep by name, whatever he takes; it stays where it is when he is no active rep."""
    if lead.assignee == assignee:
        return Given(lead, "kept", why)
    rep = rep_of(session, lead.department, assignee, locked=True)
    if rep is None:
        return Given(lead, "left", f"{assignee} is not an active sales rep of {lead.department}")
    at = now()
    accept_by = rep.hours.after(at, settings.accept_hours)
    assign_lead(session, actor, lead=lead, assignee=assignee, why=why, accept_by=accept_by, run_id=run_id)
    note_taken(session, [(rep, 1)], at=at)
    assigned_total.labels(way=way).inc()
    return Given(lead, "assigned", why)


def _carry_out(
    actor: Actor, lead: Lead, choice: Choice, *, desk: Desk, settings: Waiting, run_id: UUID | None
) -> Outcome:
    if choice.rep and choice.rep == lead.assignee:
        return "kept"
    if choice.rep:
        told: dict[str, Any] = {"why": choice.why, "run_id": run_id}
        accept_by = desk.accept_by(choice, hours=settings.accept_hours)
        assign_lead(desk.session, actor, lead=lead, assignee=choice.rep, accept_by=accept_by, **told)
        desk.take(choice)
        return "assigned"
    if choice.pool not in desk.pools:
        return "left"
    if choice.pool != lead.pool:
        pool_lead(desk.session, actor, lead=lead, pool=choice.pool, why=choice.why)
    return "pooled"


def rep_of(session: Session, department: str, subject: str, *, locked: bool = False) -> Rep | None:
    """The active rep of that name in the department, perhaps with his row locked."""
    named = select(Rep).where(Rep.department == department, Rep.subject == subject, Rep.active)
    return session.scalar(named.with_for_update() if locked else named)


def lock_reps(session: Session, department: str, subjects: Iterable[str]) -> Sequence[Rep]:
    """Lock the rows of those who are active, by their names as everybody does."""
    named = select(Rep).where(Rep.department == department, Rep.subject.in_(set(subjects)), Rep.active)
    return session.scalars(named.order_by(Rep.subject).with_for_update()).all()
