"""Who acts for whom now. A deputy's acts keep both names, in the audit trail too."""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from chassis.audit import act_for
from chassis.auth import Actor
from chassis.clock import now
from services.lead.handover.model import Proxy
from services.lead.leads.model import Lead


def stood_in_for(actor: Actor) -> ColumnElement[bool]:
    """A condition on leads: the actor stands in for whoever has them, at this moment."""
    at = now()
    return exists().where(
        Proxy.department == Lead.department,
        Proxy.principal == Lead.assignee,
        Proxy.deputy == actor.subject,
        Proxy.valid_from <= at,
        Proxy.valid_until > at,
    )


def seat(session: Session, actor: Actor, *, department: str, principal: str | None) -> str:
    """The name of ``principal`` where the actor stands in for him in the department now; else empty.

    What this transaction changes is then entered as done on his behalf.
    """
    if not principal or principal == actor.subject:
        return ""
    at = now()
    running = select(Proxy.id).where(
        Proxy.department == department,
        Proxy.principal == principal,
        Proxy.deputy == actor.subject,
        Proxy.valid_from <= at,
        Proxy.valid_until > at,
    )
    if session.scalar(running.limit(1)) is None:
        return ""
    act_for(session, principal)
    return principal


def seat_of(session: Session, actor: Actor, lead: Lead) -> str:
    """On whose behalf the actor works on the lead: its owner's, where he stands in for him; else empty."""
    return seat(session, actor, department=lead.department, principal=lead.assignee)
