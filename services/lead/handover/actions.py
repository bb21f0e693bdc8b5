"""Having somebody stand in, and handing work over for good."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Forbidden, Invalid
from chassis.outbox import publish
from contracts.lead import ProxyAgreed, ProxyEnded
from services.lead.assignment.giving import lock_reps
from services.lead.assignment.model import Rep
from services.lead.handover.model import Proxy
from services.lead.handover.queries import overlapping
from services.lead.reassignment.actions import request_reassignment
from services.lead.reassignment.model import Reassignment
from services.lead.reassignment.queries import GIVEABLE
from services.lead.roles import REP_KEEPERS


def agree_proxy(
    session: Session,
    actor: Actor,
    *,
    department: str,
    deputy: str,
    valid_until: datetime,
    principal: str | None = None,
    valid_from: datetime | None = None,
    reason: str = "",
) -> Proxy:
    """Have ``deputy`` stand in for ``principal``, or for the actor himself.

    Raises Forbidden for another's work without leading it, Invalid naming the field, and Conflict where the
    principal has somebody stand in at that time already.
    """
    actor.require_department(department)
    person, at = principal or actor.subject, now()
    if person != actor.subject and not _leads(actor):
        raise Forbidden("Only who leads the sales reps has somebody stand in for another")
    if deputy == person:
        raise Invalid({"deputy": ["Nobody stands in for himself"]})
    starts = max(valid_from or at, at)
    if valid_until <= starts:
        raise Invalid({"valid_until": ["Must be later than now, and than valid_from"]})
    _lock_reps(session, department, principal=person, deputy=deputy)
    other = overlapping(session, department=department, principal=person, starts=starts, ends=valid_until)
    if other is not None:
        raise Conflict(
            f"{other.deputy} stands in for {person} from {other.valid_from.isoformat(timespec='minutes')}"
            f" until {other.valid_until.isoformat(timespec='minutes')}; end that first"
        )
    proxy = Proxy(
        department=department,
        principal=person,
        deputy=deputy,
        reason=reason,
        valid_from=starts,
        valid_until=valid_until,
        agreed_by=actor.subject,
        agreed_at=at,
    )
    session.add(proxy)
    publish(session, proxy, _agreed(proxy))
    return proxy


def end_proxy(session: Session, actor: Actor, *, proxy: Proxy) -> Proxy:
    """End it now: by the principal, or who leads the reps. Raises Forbidden, and Conflict when it is over."""
    if actor.subject != proxy.principal and not _leads(actor):
        raise Forbidden("Only the principal, or who leads the sales reps, ends a proxy")
    at = now()
    proxy.end(by=actor.subject, at=at)
    event = ProxyEnded(
        proxy_id=proxy.id,
        department=proxy.department,
        principal=proxy.principal,
        deputy=proxy.deputy,
        ended_by=actor.subject,
        at=at,
    )
    publish(session, proxy, event)
    return proxy


def request_transfer(
    session: Session,
    actor: Actor,
    *,
    department: str,
    source: str,
    reason: str,
    reps: Sequence[str] = (),
    by: str = "round_robin",
    lead_ids: Sequence[UUID] = (),
    assignments: Sequence[dict[str, Any]] = (),
) -> Reassignment:
    """Have the open leads of ``source``, or some of them, handed over to ``reps`` or each to one by name.

    Raises Forbidden, Invalid naming the field, and Conflict where nothing is open.
    """
    actor.require_department(department)
    if session.scalar(select(Rep.id).where(Rep.department == department, Rep.subject == source)) is None:
        raise Invalid({"source": [f"Is not a sales rep of {department}"]})
    named = [{"lead_id": str(one["lead_id"]), "assignee": one["assignee"]} for one in assignments]
    for field, subjects in (("reps", reps), ("assignments", [one["assignee"] for one in named])):
        if source in subjects:
            raise Invalid({field: [f"{source} is who hands over"]})
    ids = [one["lead_id"] for one in named] or [str(one) for one in lead_ids]
    return request_reassignment(
        session,
        actor,
        department=department,
        chosen={"states": list(GIVEABLE), "assignee": source, "lead_ids": ids},
        target={"reps": list(reps), "by": by, "assignments": named},
        reason=reason,
        kind="transfer",
        source=source,
    )


def _leads(actor: Actor) -> bool:
    return actor.administers or actor.has(*REP_KEEPERS)


def _lock_reps(session: Session, department: str, *, principal: str, deputy: str) -> None:
    """Both must be active reps; proxies of one principal are agreed on one after the other."""
    found = {rep.subject for rep in lock_reps(session, department, (principal, deputy))}
    faults = {"principal": principal, "deputy": deputy}
    missing = {
        field: [f"Is not an active sales rep of {department}"]
        for field, subject in faults.items()
        if subject not in found
    }
    if missing:
        raise Invalid(missing)


def _agreed(proxy: Proxy) -> ProxyAgreed:
    return ProxyAgreed(
        proxy_id=proxy.id,
        department=proxy.department,
        principal=proxy.principal,
        deputy=proxy.deputy,
        valid_from=proxy.valid_from,
        valid_until=proxy.valid_until,
        reason=proxy.reason,
        agreed_by=proxy.agreed_by,
        at=proxy.agreed_at,
    )
