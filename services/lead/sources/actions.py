"""Writes to the costs of sources."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Invalid, NotFound
from chassis.ids import new_id
from services.lead.sources.model import Source, SourceCost


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
    source.version += 1
    return cost


def remove_cost(session: Session, *, source: Source, cost_id: UUID) -> None:
    """Take a cost away again. Raises NotFound."""
    cost = session.get(SourceCost, cost_id)
    if cost is None or cost.source_id != source.id:
        raise NotFound("cost", cost_id)
    session.delete(cost)
    source.version += 1
