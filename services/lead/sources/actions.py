"""Writes to sources and their costs."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Invalid, NotFound
from chassis.ids import new_id
from services.lead.sources.model import Source, SourceCost
from services.lead.sources.telling import tell_saved
from services.lead.trees import add_node, rewrite_node


def add_source(session: Session, actor: Actor, **basics: Any) -> Source:
    """Add a source, perhaps below another. Raises Forbidden, Conflict for a code that is taken, Invalid."""
    source = add_node(session, actor, Source, **basics)
    tell_saved(session, actor, source)
    return source


def change_source(session: Session, actor: Actor, *, source: Source, **changes: Any) -> Source:
    """Rename a source, move it, retire it, or bring it back. Raises Invalid for a circle."""
    rewrite_node(session, node=source, **changes)
    tell_saved(session, actor, source)
    return source


def enter_cost(
    session: Session,
    actor: Actor,
    *,
    source: Source,
    amount: Decimal,
    currency: str,
    starts_on: date,
    ends_on: date,
    note: str = "",
) -> SourceCost:
    """Note what a source cost in a period. Raises Invalid for one that ends before it begins."""
    if ends_on < starts_on:
        raise Invalid({"ends_on": ["Must not be before starts_on"]})
    cost = SourceCost(
        id=new_id(),
        source_id=source.id,
        amount=amount,
        currency=currency,
        starts_on=starts_on,
        ends_on=ends_on,
        note=note,
        entered_by=actor.subject,
        entered_at=now(),
    )
    session.add(cost)
    tell_saved(session, actor, source)
    return cost


def remove_cost(session: Session, actor: Actor, *, source: Source, cost_id: UUID) -> None:
    """Take a cost away again. Raises NotFound."""
    cost = session.get(SourceCost, cost_id)
    if cost is None or cost.source_id != source.id:
        raise NotFound("cost", cost_id)
    session.delete(cost)
    tell_saved(session, actor, source)
