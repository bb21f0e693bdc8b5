"""Which requests somebody sees: those of their departments; a rep, those that are theirs or nobody's yet."""

from sqlalchemy import ColumnElement, and_, or_

from chassis.auth import Actor
from contracts.roles import SALES_REP
from services.lead.requests.model import PreSalesRequest
from services.lead.roles import READERS

_WIDE = tuple(role for role in READERS if role != SALES_REP)


def sees_all(actor: Actor) -> bool:
    """Whether the actor sees everything of their departments, and not only their own work."""
    return actor.administers or actor.has(*_WIDE)


def visible(actor: Actor) -> ColumnElement[bool]:
    """A condition that keeps the requests that the actor may see."""
    scope = actor.scope(PreSalesRequest.department)
    if sees_all(actor):
        return scope
    mine = or_(
        PreSalesRequest.responder == actor.subject,
        PreSalesRequest.opened_by == actor.subject,
        PreSalesRequest.responder.is_(None),
    )
    return and_(scope, mine)
