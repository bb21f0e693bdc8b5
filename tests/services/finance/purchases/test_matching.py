"""The three-way match and what follows from it, in plain numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.finance.budgets.ledger import total
from services.finance.purchases.matching import Standing, Tolerance, mismatches, postings, price

TOLERANCE = Tolerance(percent=Decimal(2), amount=Decimal("0.50"), over_delivery=Decimal(10))
MONEY = st.decimals(min_value="0.01", max_value="1000", places=2)


def problems(quantity: str, unit_price: str, *, received: str = "100", invoiced: str = "0") -> int:
    standing = Standing(
        description="Flyers",
        quantity=Decimal(100),
        unit_price=Decimal(10),
        granted=Decimal(1000),
        received=Decimal(received),
        invoiced=Decimal(invoiced),
        incurred=Decimal(invoiced) * 10,
    )
    asked = {"quantity": Decimal(quantity), "unit_price": Decimal(unit_price)}
    amount = price(Decimal(quantity), Decimal(unit_price), "EUR")
    return len(mismatches(standing, **asked, amount=amount, tolerance=TOLERANCE))


@pytest.mark.parametrize(
    ("quantity", "unit_price", "received", "found"),
    [
        ("100", "10", "100", 0),
        ("100", "10.20", "100", 0),
        ("100", "10.21", "100", 1),
        ("61", "10", "60", 1),
        ("61", "11", "60", 2),
        ("110", "10", "110", 0),
    ],
)
def test_an_invoice_line_matches_within_the_tolerance(
    quantity: str, unit_price: str, received: str, found: int
) -> None:
    assert problems(quantity, unit_price, received=received) == found


def test_what_was_invoiced_before_is_not_matched_again() -> None:
    assert problems("40", "10", invoiced="60") == 0
    assert problems("41", "10", invoiced="60") == 1


def test_an_amount_is_rounded_half_up_to_the_decimals_of_its_currency() -> None:
    assert price(Decimal("0.5"), Decimal("0.01"), "EUR") == Decimal("0.01")
    assert price(Decimal(3), Decimal("33.3333"), "JPY") == Decimal(100)


@given(committed=MONEY, amount=MONEY, last=st.booleans())
def test_an_invoice_becomes_cost_in_full_and_leaves_nothing_committed_when_it_is_the_last(
    committed: Decimal, amount: Decimal, last: bool
) -> None:
    change = total(postings(committed=committed, amount=amount, last=last))
    assert change.incurred == amount
    assert committed + change.committed == (0 if last else max(committed - amount, Decimal(0)))
