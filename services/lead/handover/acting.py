"""Who acts for whom now. A deputy's acts keep both names."""

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

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


def stands_in(session: Session, actor: Actor, *, department: str, principal: str | None) -> bool:
    """Whether the actor stands in for ``principal`` in the department, at this moment."""
    if not principal or principal == actor.subject:
        return False
    at = now()
    running = select(Proxy.id).where(
        Proxy.department == department,
        Proxy.principal == principal,
        Proxy.deputy == actor.subject,
        Proxy.valid_from <= at,
        Proxy.valid_until > at,
    )
    return session.scalar(running.limit(1)) is not None


def seat_of(session: Session, actor: Actor, lead: Lead) -> str:
    """On whose behalf the actor works on the lead: its owner's, where he stands in for him; else empty."""
    if stands_in(session, actor, department=lead.department, principal=lead.assignee):
        return str(lead.assignee)
    return ""
