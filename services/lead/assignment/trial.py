"""What the rules would do, without doing it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Actor
from services.lead.assignment.choosing import Choice
from services.lead.assignment.desk import Desk
from services.lead.assignment.rules import Facts, campaign_of


def try_rules(
    session: Session,
    actor: Actor,
    *,
    department: str,
    products: Sequence[str] = (),
    campaign_id: UUID | None = None,
    amount: Decimal | None = None,
    **texts: str,
) -> Choice:
    """The choice for a lead with these facts, now. Raises Forbidden for a foreign department."""
    actor.require_department(department)
    named: dict[str, Any] = {**texts, "products": tuple(products), "campaign": campaign_of(campaign_id)}
    facts = Facts(amount=amount, **named)
    return Desk(session, department, lock=False).choose(facts)
