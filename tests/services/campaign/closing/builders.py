"""Builds the news that closes a campaign."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis.ids import new_id
from contracts.finance import BudgetSettled
from tests.services.campaign.builders import minutes


def a_settled_budget(campaign_id: UUID, **changes: Any) -> BudgetSettled:
    """The settlement of a campaign's budget of 100 EUR of which 80 were spent."""
    nothing = Decimal("0.00")
    plain: dict[str, Any] = {
        "budget_id": new_id(),
        "campaign_id": campaign_id,
        "settlement_id": new_id(),
        "department": "north",
        "currency": "EUR",
        "planned": Decimal("100.00"),
        "budget": Decimal("100.00"),
        "direct": Decimal("80.00"),
        "allocated": nothing,
        "actual": Decimal("80.00"),
        "variance": Decimal("20.00"),
        "released": nothing,
        "lines": [],
        "settled_by": "clara",
        "settled_at": minutes(8),
    }
    return BudgetSettled(**{**plain, **changes})
