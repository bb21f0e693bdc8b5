"""Which requests somebody sees: those of their departments; a rep, their own and those that are nobody's."""

from sqlalchemy import ColumnElement, and_, exists, or_

from chassis.auth import Actor
from chassis.clock import now
from services.lead.handover.model import Proxy
from services.lead.leads.queries import sees_own_only
from services.lead.requests.model import PreSalesRequest


def visible(actor: Actor) -> ColumnElement[bool]:
    """A condition that keeps the requests that the actor may know of.

    A rep knows of those that they answer or have opened, those of whom they stand in for now, and those that
    they may take up.
    """
    scope = actor.scope(PreSalesRequest.department)
    if not sees_own_only(actor):
        return scope
    mine = or_(
        PreSalesRequest.responder == actor.subject,
        PreSalesRequest.opened_by == actor.subject,
        PreSalesRequest.responder.is_(None),
        _of_a_principal(actor),
    )
    return and_(scope, mine)


def _of_a_principal(actor: Actor) -> ColumnElement[bool]:
    at = now()
    return exists().where(
        Proxy.department == PreSalesRequest.department,
        Proxy.principal == PreSalesRequest.responder,
        Proxy.deputy == actor.subject,
        Proxy.valid_from <= at,
        Proxy.valid_until > at,
    )
