"""Which requests somebody sees: those of their departments; a rep, those that are theirs or nobody's yet."""

from sqlalchemy import ColumnElement, and_, or_

from chassis.auth import Actor
from services.lead.leads.queries import sees_own_only
from services.lead.requests.model import PreSalesRequest


def visible(actor: Actor) -> ColumnElement[bool]:
    """A condition that keeps the requests that the actor may know of."""
    scope = actor.scope(PreSalesRequest.department)
    if not sees_own_only(actor):
        return scope
    mine = or_(
        PreSalesRequest.responder == actor.subject,
        PreSalesRequest.opened_by == actor.subject,
        PreSalesRequest.responder.is_(None),
    )
    return and_(scope, mine)
