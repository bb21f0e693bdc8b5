"""The arithmetic of advances."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.finance.advances.rules import Figures, shared_out

CENTS = st.integers(0, 10_000).map(lambda cents: Decimal(cents) / 100)


@given(CENTS, st.lists(st.tuples(CENTS, st.booleans()), max_size=8))
def test_used_repaid_and_open_are_always_what_was_paid(
    paid: Decimal, parts: list[tuple[Decimal, bool]]
) -> None:
    figures, used, repaid = Figures(paid), Decimal(0), Decimal(0)
    for amount, by_claim in parts:
        part = min(amount, figures.open)
        figures = figures.after(**{"used" if by_claim else "repaid": part})
        used, repaid = used + part * by_claim, repaid + part * (not by_claim)
    assert (figures.used, figures.repaid) == (used, repaid)
    assert figures.used + figures.repaid + figures.open == paid


@given(CENTS, st.lists(CENTS, max_size=5))
def test_a_claim_uses_what_it_can_of_the_oldest_first(due: Decimal, open_amounts: list[Decimal]) -> None:
    parts = shared_out(due, open_amounts)
    assert sum(parts) == min(due, sum(open_amounts))
    for number, (part, amount) in enumerate(zip(parts, open_amounts, strict=True)):
        assert 0 <= part <= amount
        assert part == amount or not any(parts[number + 1 :])


@pytest.mark.parametrize("amount", ["10.01", "-0.01"])
def test_no_more_than_what_is_open_is_settled(amount: str) -> None:
    with pytest.raises(ValueError, match="of 10"):
        Figures(Decimal(10)).after(used=Decimal(amount))
