"""Splitting and rounding money."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.finance.money import decimals_of
from services.finance.rounding import round_to, split

CENTS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.decimals(min_value=0, max_value=10**6, places=4), min_size=1, max_size=30).filter(any)
CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD"])


@given(CENTS, WEIGHTS, CURRENCIES)
def test_the_parts_add_up_and_none_is_a_unit_off(units: int, weights: list[Decimal], currency: str) -> None:
    unit = Decimal(1).scaleb(-decimals_of(currency))
    amount = units * unit
    parts = split(amount, weights, currency=currency)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - amount * weight / sum(weights)) < unit + Decimal("1e-9")


@given(CENTS, WEIGHTS)
def test_a_negative_amount_is_split_like_its_opposite(units: int, weights: list[Decimal]) -> None:
    amount = Decimal(units).scaleb(-2)
    parts = split(amount, weights, currency="EUR")
    assert split(-amount, weights, currency="EUR") == [-part for part in parts]


def test_of_parts_that_lost_the_same_the_earlier_ones_get_the_cent() -> None:
    assert split(Decimal("1.00"), [1, 1, 1], currency="EUR") == [Decimal(x) for x in ("0.34", "0.33", "0.33")]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_what_cannot_be_split_is_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        split(Decimal(1), weights, currency="EUR")


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [("0.125", "EUR", "0.12"), ("0.135", "EUR", "0.14"), ("2.5", "JPY", "2"), ("1.0005", "KWD", "1.000")],
)
def test_halves_are_rounded_to_even(amount: str, currency: str, rounded: str) -> None:
    assert round_to(Decimal(amount), currency) == Decimal(rounded)
