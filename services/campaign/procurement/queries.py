"""Reads of what a campaign plans to buy."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from chassis.database import Session
from services.campaign.planning.model import Campaign
from services.campaign.planning.plan import in_currency
from services.campaign.procurement.items import spent_by_line
from services.campaign.procurement.model import PlannedPurchase


@dataclass(frozen=True)
class LineUse:
    """A budget line, and how much of it is planned to be spent on purchases."""

    line_id: UUID
    name: str
    amount: Decimal
    purchases: Decimal


@dataclass(frozen=True)
class Procurement:
    """What a campaign plans to buy, and the version of it that this was read with."""

    campaign_id: UUID
    version: int
    currency: str
    items: Sequence[PlannedPurchase]
    lines: Sequence[LineUse]


def procurement(session: Session, campaign: Campaign) -> Procurement:
    """The purchases of a campaign's plan with what they take of each line."""
    items = purchases_of(session, campaign.id)
    spent = spent_by_line(items)
    lines = [
        LineUse(line.line_id, line.name, line.amount, _written(spent.get(line.line_id), campaign))
        for line in campaign.budget
    ]
    return Procurement(campaign.id, campaign.version, campaign.currency, items, lines)


def purchases_of(session: Session, campaign_id: UUID) -> Sequence[PlannedPurchase]:
    """What a campaign plans to buy, in the order in which it was planned."""
    wanted = select(PlannedPurchase).where(PlannedPurchase.campaign_id == campaign_id)
    return session.scalars(wanted.order_by(PlannedPurchase.id)).all()


def _written(amount: Decimal | None, campaign: Campaign) -> Decimal:
    return Decimal(in_currency(amount or Decimal(0), campaign.currency))
