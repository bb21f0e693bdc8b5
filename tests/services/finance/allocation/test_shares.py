"""Dividing an amount: whatever it is and whatever it is divided by, no cent is lost."""

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.finance.allocation.shares import NothingMeasured, divide

DECIMALS = st.sampled_from([0, 2, 3])
UNITS = st.integers(min_value=0, max_value=10**12)
WEIGHT = st.decimals(min_value=0, max_value=10**9, places=4)
WEIGHTS = st.dictionaries(st.uuids(), WEIGHT, min_size=1, max_size=30).filter(
    lambda found: any(found.values())
)
EURO, FEW = 2, settings(max_examples=50, deadline=None)


def keys(count: int) -> list[UUID]:
    return [UUID(int=number) for number in range(1, count + 1)]


@FEW
@given(UNITS, WEIGHTS, DECIMALS)
def test_the_shares_add_up_and_none_is_a_whole_unit_off(
    units: int, weights: dict[UUID, Decimal], decimals: int
) -> None:
    amount, unit = Decimal(units).scaleb(-decimals), Decimal(1).scaleb(-decimals)
    shares = divide(amount, weights, decimals=decimals)
    assert shares.keys() == weights.keys()
    assert sum(shares.values()) == amount
    assert all(share >= 0 and share == share.quantize(unit) for share in shares.values())
    total = sum(weights.values())
    assert all(abs(share * total - amount * weights[key]) < unit * total for key, share in shares.items())


@FEW
@given(UNITS, WEIGHTS)
def test_a_greater_weight_never_gets_less(units: int, weights: dict[UUID, Decimal]) -> None:
    shares = divide(Decimal(units).scaleb(-EURO), weights, decimals=EURO)
    ranked = [shares[key] for key in sorted(weights, key=lambda key: (weights[key], shares[key]))]
    assert ranked == sorted(ranked)


@FEW
@given(UNITS, WEIGHTS, st.randoms())
def test_the_order_of_the_weights_changes_nothing(
    units: int, weights: dict[UUID, Decimal], random: object
) -> None:
    amount, mixed = Decimal(units).scaleb(-EURO), list(weights.items())
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert divide(amount, dict(mixed), decimals=EURO) == divide(amount, weights, decimals=EURO)


def test_of_equal_claims_the_smaller_id_is_served_first() -> None:
    first, second, third = keys(3)
    shares = divide(
        Decimal("100.00"), {third: Decimal(1), first: Decimal(1), second: Decimal(1)}, decimals=EURO
    )
    assert shares == {first: Decimal("33.34"), second: Decimal("33.33"), third: Decimal("33.33")}


def test_who_measured_nothing_bears_nothing() -> None:
    idle, busy = keys(2)
    shares = divide(Decimal("0.01"), {idle: Decimal(0), busy: Decimal("0.0001")}, decimals=EURO)
    assert shares == {idle: Decimal(0), busy: Decimal("0.01")}


@pytest.mark.parametrize("weights", [{}, dict.fromkeys(keys(3), Decimal(0))])
def test_without_anything_measured_nothing_is_guessed(weights: dict[UUID, Decimal]) -> None:
    with pytest.raises(NothingMeasured):
        divide(Decimal("100.00"), weights, decimals=EURO)
