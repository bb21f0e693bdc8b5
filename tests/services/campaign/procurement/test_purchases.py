"""What a campaign plans to buy: never more from a line than it has, and part of what is approved."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.database import Database
from chassis.errors import Invalid
from chassis.ids import new_id
from contracts.campaign import BudgetLine
from services.campaign.procurement.items import amount_of, item_problems
from tests.services.campaign.builders import (
    DatabaseOf,
    a_draft,
    a_planned_wave,
    a_running_campaign,
    campaign_of,
    published,
    submit,
)
from tests.services.campaign.plan_builders import an_item, buy, changes_of

LINE = BudgetLine(line_id=new_id(), name="venue", amount=Decimal(1000))


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def problems(*items: Any) -> set[str]:
    return set(item_problems(items, currency="EUR", lines=[LINE], known=set()))


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("items.0.quantity", {"quantity": Decimal(0)}),
        ("items.0.quantity", {"quantity": Decimal("0.00001")}),
        ("items.0.unit_price", {"unit_price": Decimal(-1)}),
        ("items.0.unit_price", {"unit_price": Decimal("9e13"), "quantity": Decimal(2)}),
        ("items.0.line_id", {"line_id": new_id()}),
        ("items.0.item_id", {"item_id": new_id()}),
        ("items", {"unit_price": Decimal("1000.01")}),
    ],
)
def test_a_broken_rule_is_named_by_its_field(field: str, changes: dict[str, Any]) -> None:
    assert problems(an_item(**{"line_id": LINE.line_id, **changes})) == {field}


def test_amounts_are_rounded_to_the_decimals_of_the_currency() -> None:
    item = an_item(LINE.line_id, quantity=Decimal(3), unit_price=Decimal("0.3335"))
    assert (amount_of(item, "EUR"), amount_of(item, "JPY")) == (Decimal("1.00"), Decimal(1))


@given(st.lists(st.decimals(0, 700, places=2), min_size=1, max_size=5))
def test_items_are_refused_exactly_when_they_take_more_than_the_line_has(prices: list[Decimal]) -> None:
    items = [an_item(LINE.line_id, unit_price=price) for price in prices]
    assert bool(problems(*items)) == (sum(prices) > LINE.amount)


def test_purchases_reach_the_approvers_with_the_plan(database: Database) -> None:
    campaign_id = a_draft(database)
    line_id = campaign_of(database, campaign_id).budget[0].line_id
    buy(database, campaign_id, an_item(line_id, quantity=Decimal(2), supplier="Stadthalle"))
    a_planned_wave(database, campaign_id)
    submit(database, campaign_id)
    (submitted,) = published(database, "campaign.submitted.v1")
    (bought,) = submitted["purchases"]
    assert (bought["amount"], bought["quantity"], bought["supplier"]) == ("1000.00", "2", "Stadthalle")


def test_purchases_under_way_stay_within_their_line_and_are_kept(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[])
    line_id = campaign_of(database, campaign_id).budget[0].line_id
    buy(database, campaign_id, an_item(line_id))
    with pytest.raises(Invalid, match="items"):
        buy(database, campaign_id, an_item(line_id, unit_price=Decimal(2000)))
    assert [one.after["unit_price"] for one in changes_of(database, campaign_id)] == ["500"]
