"""Asking for a run, seeing what it would do, and calling it off."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.lead import ReassignmentFinished, ReassignmentProgressed, ReassignmentRequested, Share
from services.lead.assignment.desk import facts_of
from services.lead.assignment.giving import Waiting
from services.lead.reassignment import target as targets
from services.lead.reassignment.model import Kind, ReassignedLead, Reassignment
from services.lead.reassignment.queries import chosen_leads, count_leads

SAMPLE = 2000
"""So many leads a preview tries."""

MOST_SHARES = 500


@dataclass(frozen=True)
class Preview:
    """How many leads a run would take, and who would get those that were tried."""

    leads: int
    tried: int
    reps: Mapping[str, int]
    pools: Mapping[str, int]
    left: int
    reasons: Mapping[str, int]


def request_reassignment(
    session: Session,
    actor: Actor,
    *,
    department: str,
    chosen: dict[str, Any],
    target: dict[str, Any],
    reason: str,
    kind: Kind = "reassignment",
    source: str = "",
) -> Reassignment:
    """Have a worker give leads anew. Raises Forbidden, Invalid naming the field, Conflict where none fits."""
    run = _drafted(
        session,
        actor,
        department=department,
        chosen=chosen,
        target=target,
        reason=reason,
        kind=kind,
        source=source,
    )
    run.total = count_leads(session, department, chosen, ceiling=run.ceiling)
    if not run.total:
        raise Conflict("No open lead fits")
    session.add(run)
    event = ReassignmentRequested(
        reassignment_id=run.id,
        department=department,
        kind=kind,
        source=source,
        total=run.total,
        reason=reason,
        requested_by=actor.subject,
        at=run.requested_at,
    )
    publish(session, run, event)
    return run


def preview(
    session: Session,
    actor: Actor,
    *,
    settings: Waiting,
    department: str,
    chosen: dict[str, Any],
    target: dict[str, Any],
    reason: str = "",
) -> Preview:
    """Try a run on its first leads without giving anybody anything. Raises as ``request_reassignment``."""
    run = _drafted(session, actor, department=department, chosen=chosen, target=target, reason=reason)
    total = count_leads(session, department, chosen, ceiling=run.ceiling)
    desk = targets.desk_of(session, run, lock=False)
    leads = session.scalars(chosen_leads(department, chosen).limit(SAMPLE)).all()
    facts = facts_of(session, leads, cool_down_hours=settings.cool_down_hours, at=desk.at)
    desk.expect(facts.values())
    reps, pools, reasons = Counter[str](), Counter[str](), Counter[str]()
    for lead in leads:
        choice = desk.choose(facts[lead.id], owned=lead.assignee is not None)
        desk.take(choice)
        if choice.rep:
            reps[choice.rep] += 1
        elif choice.pool:
            pools[choice.pool] += 1
        else:
            reasons[choice.why] += 1
    left = sum(reasons.values())
    return Preview(total, len(leads), dict(reps), dict(pools), left, dict(reasons.most_common(10)))


def cancel(session: Session, actor: Actor, *, run: Reassignment) -> Reassignment:
    """Call a run off; what it did stays. Raises Conflict when it is over."""
    return finish(session, run, state="cancelled", by=actor.subject)


def finish(
    session: Session, run: Reassignment, *, state: Literal["finished", "cancelled"], by: str
) -> Reassignment:
    """End a run and tell who got how many. Raises Conflict when it is over."""
    run.end(state, at=now())
    assert run.finished_at is not None
    event = ReassignmentFinished(
        reassignment_id=run.id,
        department=run.department,
        kind=run.kind,
        source=run.source,
        cancelled=run.state == "cancelled",
        total=run.total,
        assigned=run.assigned,
        kept=run.kept,
        pooled=run.pooled,
        left=run.left,
        shares=shares_of(session, run),
        by=by,
        at=run.finished_at,
    )
    publish(session, run, event)
    return run


def progressed(run: Reassignment) -> ReassignmentProgressed:
    """How far a run is."""
    return ReassignmentProgressed(
        reassignment_id=run.id,
        department=run.department,
        total=run.total,
        assigned=run.assigned,
        kept=run.kept,
        pooled=run.pooled,
        left=run.left,
        at=now(),
    )


def shares_of(session: Session, run: Reassignment) -> list[Share]:
    """How many leads each rep got, most first."""
    counted = (
        select(ReassignedLead.after, func.count().label("leads"))
        .where(ReassignedLead.run_id == run.id, ReassignedLead.outcome == "assigned")
        .group_by(ReassignedLead.after)
        .order_by(func.count().desc(), ReassignedLead.after)
        .limit(MOST_SHARES)
    )
    return [Share(subject=subject, leads=leads) for subject, leads in session.execute(counted)]


def _drafted(
    session: Session,
    actor: Actor,
    *,
    department: str,
    chosen: dict[str, Any],
    target: dict[str, Any],
    reason: str,
    kind: Kind = "reassignment",
    source: str = "",
) -> Reassignment:
    actor.require_department(department)
    targets.check_target(session, actor, department=department, target=target)
    return Reassignment(
        department=department,
        kind=kind,
        source=source,
        reason=reason,
        chosen=chosen,
        target=target,
        ceiling=new_id(),
        requested_by=actor.subject,
        requested_at=now(),
    )
