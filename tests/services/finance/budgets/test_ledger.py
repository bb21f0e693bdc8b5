"""The arithmetic of a budget line."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.finance.budgets.ledger import KINDS, Balance, Kind, Overdrawn, effect, total

AMOUNTS = st.decimals(min_value="0.01", max_value="1000", places=2)


def balance(budget: str, committed: str, incurred: str) -> Balance:
    return Balance(Decimal(budget), Decimal(committed), Decimal(incurred))


def test_available_is_what_is_neither_committed_nor_incurred() -> None:
    assert balance("100", "30", "20").available == Decimal(50)


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        ("budget", balance("110", "30", "20")),
        ("commit", balance("100", "40", "20")),
        ("release", balance("100", "20", "20")),
        ("incur", balance("100", "20", "30")),
    ],
)
def test_each_kind_of_entry_moves_its_own_figures(kind: Kind, after: Balance) -> None:
    assert balance("100", "30", "20").after(kind, Decimal(10)) == after


def test_a_line_covers_a_commitment_to_the_last_cent_and_not_one_more() -> None:
    line = balance("100", "30", "20")
    assert line.after("commit", Decimal("50.00")).available == 0
    with pytest.raises(Overdrawn):
        line.after("commit", Decimal("50.01"))


@pytest.mark.parametrize("kind", ["release", "incur"])
def test_no_more_is_settled_than_was_committed(kind: Kind) -> None:
    with pytest.raises(Overdrawn):
        balance("100", "30", "20").after(kind, Decimal("30.01"))


@given(st.lists(st.tuples(st.sampled_from(KINDS), AMOUNTS)))
def test_the_sum_of_the_entries_is_the_balance(wanted: list[tuple[Kind, Decimal]]) -> None:
    line, posted = Balance(), []
    for kind, amount in wanted:
        try:
            line = line.after(kind, amount)
        except Overdrawn:
            continue
        posted.append((kind, amount))
    assert total(posted) == line
    assert line.holds()


@given(AMOUNTS)
def test_what_is_released_undoes_what_was_committed(amount: Decimal) -> None:
    assert effect("commit", amount) + effect("release", amount) == Balance()
