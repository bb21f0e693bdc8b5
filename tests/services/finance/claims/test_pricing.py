"""What lines come to: allowances, other currencies, and the last cent; where it matters on both databases."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, Invalid
from chassis.ids import new_id
from contracts.finance import ApprovalOpened, ClaimSubmitted
from services.finance.budgets import queries as budgets
from services.finance.claims import actions
from services.finance.claims.items import NewItem
from services.finance.claims.model import Claim
from services.finance.claims.pricing import exchanged
from services.finance.money import decimals_of
from services.finance.rates.queries import Converted
from services.finance.rounding import round_to
from tests.services.finance.builders import (
    CLARA,
    FAY,
    MIA,
    allowance_of,
    approve,
    budget_of,
    published,
    record_rates,
)

AMOUNTS = st.decimals(min_value="1.00", max_value="9999", places=2)
RATES = st.decimals(min_value="0.05", max_value="200", places=6)
TODAY = now().date()


@settings(max_examples=50)
@given(st.lists(AMOUNTS, min_size=1, max_size=12), RATES, st.sampled_from(["EUR", "JPY", "BHD"]))
def test_the_parts_of_what_is_converted_add_up_to_the_last_cent(
    amounts: list[Decimal], rate: Decimal, to: str
) -> None:
    whole = sum(amounts, Decimal(0))
    found = Converted(round_to(whole * rate, to), to, whole, "USD", rate, TODAY)
    items = [NewItem(new_id(), amount, tax=amount) for amount in amounts]
    try:
        parts = exchanged(items, found)
    except Invalid as nothing:
        assert "Comes to nothing" in nothing.detail
        return
    assert sum((part.amount for part in parts), Decimal(0)) == found.amount
    for item, part in zip(items, parts, strict=True):
        assert abs(part.amount - item.amount * rate) < 2 * Decimal(1).scaleb(-decimals_of(to))
        assert part.exchange is not None and part.exchange.amount == item.amount
        assert part.tax is not None and part.tax <= part.amount


class Traveller:
    """A budget of 1000.00 EUR on one line, a dollar at 0.9091 EUR, and mia who claims."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction(FAY) as session:
            self.budget = budget_of(session, "1000.00")
            record_rates(session, ("EUR", "USD", TODAY.isoformat(), "1.1"))
            allowance_of(session, "0.3035")
            allowance_of(session, "28.00", kind="per_diem", region="DE")
            allowance_of(session, "35.00", kind="per_diem", region="US", currency="USD")
        self.line_id = self.budget.lines[0].id

    def item(self, amount: str = "0", **said: Any) -> NewItem:
        return NewItem(self.line_id, Decimal(amount), **said)

    def claim(self, *items: NewItem, currency: str = "EUR") -> Claim:
        with self.database.transaction(MIA) as session:
            return actions.submit_items(session, MIA, items=items, currency=currency, purpose="Fair")

    def refused(self, item: NewItem, currency: str = "EUR") -> list[str]:
        with pytest.raises(Invalid) as refused:
            self.claim(item, currency=currency)
        assert self.committed == 0
        return [one["field"] for one in refused.value.fields]

    @property
    def committed(self) -> Decimal:
        with self.database.reading() as session:
            assert budgets.drifted_lines(session) == []
            return budgets.budget(session, FAY, self.budget.id).lines[0].committed


@pytest.fixture
def traveller(database_of: Callable[[str], Database]) -> Traveller:
    return Traveller(database_of("finance"))


def test_what_was_spent_in_dollars_is_committed_and_judged_in_the_currency_of_the_budget(
    traveller: Traveller,
) -> None:
    dinners = [traveller.item("0.33", kind="meals", currency="USD", spent_on=TODAY) for _ in range(3)]
    taxi = traveller.item("7.00", kind="taxi", spent_on=TODAY)
    claim = traveller.claim(*dinners, taxi)
    assert [item.amount for item in claim.items[:3]] == [Decimal("0.30")] * 3
    assert claim.amount == traveller.committed == Decimal("7.90")
    first = claim.items[0]
    assert (first.original_amount, first.original_currency) == (Decimal("0.33"), "USD")
    assert (first.exchange_rate, first.exchange_rate_on) == (Decimal("0.909090909091"), TODAY)
    (submitted,), (opened,) = (
        published(traveller.database, ClaimSubmitted),
        published(traveller.database, ApprovalOpened),
    )
    assert (submitted.total.amount, submitted.total.currency) == (Decimal("7.90"), "EUR")
    assert opened.total == submitted.total
    assert claim.approval_id is not None
    approve(traveller.database, claim.approval_id, FAY)
    with traveller.database.transaction(CLARA) as session:
        actions.pay_claim(session, CLARA, claim_id=claim.id)
    assert traveller.committed == 0


def test_a_rate_that_is_corrected_later_changes_no_claim(traveller: Traveller) -> None:
    claim = traveller.claim(traveller.item("11.00", currency="USD", spent_on=TODAY))
    with traveller.database.transaction(CLARA) as session:
        record_rates(session, ("EUR", "USD", TODAY.isoformat(), "1.0"))
    with traveller.database.reading() as session:
        assert session.get_one(Claim, claim.id).items[0].amount == Decimal("10.00")
    assert traveller.claim(traveller.item("11.00", currency="USD")).amount == Decimal("11.00")


def test_kilometres_and_days_are_worth_what_the_allowances_say(traveller: Traveller) -> None:
    claim = traveller.claim(
        traveller.item(kind="mileage", quantity=Decimal(101), spent_on=TODAY),
        traveller.item(kind="per_diem", quantity=Decimal("1.5"), region="DE-BY"),
        traveller.item(kind="per_diem", quantity=Decimal(2), region="US", spent_on=TODAY),
    )
    car, home, abroad = claim.items
    assert (car.amount, car.unit, car.unit_rate) == (Decimal("30.65"), "km", Decimal("0.3035"))
    assert (home.amount, home.region, home.unit_rate_since) == (Decimal(42), "DE", date(2026, 1, 1))
    assert (abroad.original_amount, abroad.original_currency) == (Decimal(70), "USD")
    assert claim.amount == traveller.committed == Decimal("136.29")


def test_what_cannot_be_priced_is_refused_by_field_and_leaves_nothing(traveller: Traveller) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"kind": "yacht", "amount": "1"}, "kind"),
        ({"kind": "travel", "amount": "1", "quantity": Decimal(1)}, "quantity"),
        ({"kind": "mileage", "amount": "1"}, "quantity"),
        ({"kind": "mileage", "amount": "1", "quantity": Decimal(1)}, "quantity"),
        ({"kind": "mileage", "quantity": Decimal(-1)}, "quantity"),
        ({"kind": "mileage", "quantity": Decimal("0.0001")}, "quantity"),
        ({"kind": "mileage", "quantity": Decimal(1), "spent_on": date(2025, 12, 31)}, "kind"),
        ({"kind": "per_diem", "quantity": Decimal(1), "region": "FR"}, "kind"),
        ({"amount": "1", "currency": "CHF"}, "currency"),
        ({"amount": "1", "currency": "ZZZ"}, "currency"),
        ({"amount": "1.001", "currency": "USD"}, "amount"),
        ({"amount": "1", "currency": "USD", "tax": Decimal(2)}, "tax"),
        ({"amount": "1", "currency": "USD", "spent_on": TODAY - timedelta(days=1)}, "currency"),
        ({"amount": "1", "spent_on": TODAY + timedelta(days=1)}, "spent_on"),
    ]
    for said, field in wrong:
        assert traveller.refused(traveller.item(**said, place="lines.0.")) == [f"lines.0.{field}"]
    assert traveller.refused(traveller.item("1", place="lines.0."), currency="CHF") == ["currency"]


def test_a_receipt_in_dollars_is_known_again_whatever_it_came_to(traveller: Traveller) -> None:
    def dinner(receipt: str) -> NewItem:
        return traveller.item("0.33", currency="USD", spent_on=TODAY, receipt_number=receipt)

    traveller.claim(dinner("R-1"), dinner("R-2"), dinner("R-3"))
    with traveller.database.transaction(CLARA) as session:
        record_rates(session, ("EUR", "USD", TODAY.isoformat(), "2"))
    with pytest.raises(Conflict, match="was claimed before"):
        traveller.claim(dinner("R-2"))
