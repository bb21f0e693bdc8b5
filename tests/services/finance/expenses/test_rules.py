"""Which policy counts for a line, and what it says about it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.finance.expenses.model import ExpensePolicy
from services.finance.expenses.rules import Spending, broken_by, regions_of

DAY, TODAY = date(2026, 11, 20), date(2026, 11, 30)


def policy(rule: str, limit: str | None = None, **changes: Any) -> ExpensePolicy:
    values: dict[str, Any] = {"rule": rule, "department": None, "kind": None, "valid_until": None}
    values |= {"valid_from": date(2026, 1, 1), "on_broken": "refuse"}
    if limit is not None:
        values |= {"limit": Decimal(limit), "currency": "EUR"}
    return ExpensePolicy(**{**values, **changes})


def said(*policies: ExpensePolicy, amount: str = "50", before: str = "0", **changes: Any) -> list[str]:
    values: dict[str, Any] = {"kind": "meals", "department": "north", "day": DAY, "has_receipt": False}
    line = Spending(worth=lambda _currency: Decimal(amount), **{**values, **changes})
    found = broken_by(line, policies, today=TODAY, before=lambda _policy: Decimal(before))
    return [one.says for one in found]


def test_a_line_within_its_limits_breaks_nothing() -> None:
    assert said(policy("line_limit", "50"), policy("oldest", days=10), policy("receipt_above", "50")) == []


def test_every_rule_that_is_broken_is_named() -> None:
    everything = [policy("oldest", days=9), policy("receipt_above", "49.99")]
    everything += [policy("day_limit", "60"), policy("line_limit", "49.99")]
    assert said(*everything, before="10.01") == [
        "At most 49.99 EUR a line, this is 50.00 EUR.",
        "At most 60.00 EUR a day, this is 60.01 EUR.",
        "Above 49.99 EUR a receipt is needed.",
        "It is 10 days old, at most 9 are allowed.",
    ]


def test_the_narrowest_policy_counts_department_before_kind() -> None:
    general, for_kind = policy("line_limit", "10"), policy("line_limit", "100", kind="meals")
    assert said(general, for_kind) == []
    ours = policy("line_limit", "20", department="north")
    assert said(general, for_kind, ours) == ["At most 20.00 EUR a line, this is 50.00 EUR."]
    assert said(general, policy("line_limit", "20", department="south")) == [
        "At most 10.00 EUR a line, this is 50.00 EUR."
    ]


def test_of_two_alike_the_one_that_holds_from_a_later_day_counts() -> None:
    former, later = policy("line_limit", "10"), policy("line_limit", "60", valid_from=date(2026, 11, 1))
    assert said(former, later) == []
    ahead = policy("line_limit", "60", valid_from=date(2026, 11, 21))
    assert said(former, ahead) == ["At most 10.00 EUR a line, this is 50.00 EUR."]


def test_a_policy_that_ended_before_the_day_holds_no_longer() -> None:
    assert said(policy("line_limit", "10", valid_until=DAY)) == []
    assert said(policy("line_limit", "10", valid_until=date(2026, 11, 21))) != []


def test_the_limits_of_a_day_hold_for_a_kind_and_for_all_kinds() -> None:
    both = [policy("day_limit", "40", kind="meals"), policy("day_limit", "45")]
    assert said(*both) == [
        "At most 40.00 EUR of meals a day, this is 50.00 EUR.",
        "At most 45.00 EUR a day, this is 50.00 EUR.",
    ]


@pytest.mark.parametrize(
    ("changes", "broken"),
    [({}, True), ({"has_receipt": True}, False), ({"by_unit": True}, False)],
)
def test_a_receipt_is_needed_but_for_an_allowance(changes: dict[str, Any], broken: bool) -> None:
    assert bool(said(policy("receipt_above", "25"), **changes)) == broken


def test_a_policy_for_a_kind_of_allowance_may_ask_for_a_receipt() -> None:
    assert said(policy("receipt_above", "25", kind="meals"), by_unit=True) != []


def test_a_region_falls_back_on_the_wider_ones() -> None:
    assert regions_of("DE-BY-M") == ["DE-BY-M", "DE-BY", "DE", ""]
    assert regions_of("") == [""]
