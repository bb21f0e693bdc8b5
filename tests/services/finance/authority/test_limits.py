"""Whether a limit covers an amount."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from chassis.clock import now
from services.finance.authority.limits import obstacle
from services.finance.authority.model import Authority

NOW = now()


def authority(limit: str, currency: str = "EUR", **changes: Any) -> Authority:
    values = {"person": "fay", "valid_from": NOW - timedelta(days=1), "valid_until": None, **changes}
    return Authority(limit=Decimal(limit), currency=currency, **values)


def problem(*held: Authority, amount: str = "100", needed: bool = False, **changes: Any) -> str | None:
    return obstacle(held, amount=Decimal(amount), currency="EUR", at=NOW, needed=needed, **changes)


def test_without_any_limit_only_a_step_that_needs_one_holds_back() -> None:
    assert problem() is None
    assert problem(needed=True) == "No authority limit is in force for this."


def test_a_limit_covers_its_own_amount_and_not_a_cent_more() -> None:
    assert problem(authority("100")) is None
    assert problem(authority("99.99")) == "The authority limit is 99.99 EUR, and this is 100.00 EUR."


def test_the_highest_limit_counts() -> None:
    assert problem(authority("10"), authority("100")) is None


def test_a_limit_that_ended_or_has_not_begun_still_holds_back() -> None:
    over = authority("1000", valid_until=NOW)
    early = authority("1000", valid_from=NOW + timedelta(seconds=1))
    assert problem(over) == problem(early) == "No authority limit is in force for this."


def test_a_limit_in_another_currency_does_not_count_and_says_so() -> None:
    assert problem(authority("1000", "CHF")) == "The authority limits are in CHF, and do not count for EUR."


def test_a_converter_makes_it_count_in_its_own_currency() -> None:
    def double(amount: Decimal, currency: str, to: str, _at: datetime) -> Decimal | None:
        return amount * 2 if (currency, to) == ("EUR", "CHF") else None

    assert problem(authority("200", "CHF"), convert=double) is None
    over = "The authority limit is 199.99 CHF, and this is 200.00 CHF."
    assert problem(authority("199.99", "CHF"), authority("99", "EUR"), convert=double) == over
    assert problem(authority("0", "EUR"), authority("200", "CHF"), convert=double) is None
    unknown = "The authority limits are in USD, and do not count for EUR."
    assert problem(authority("1000", "USD"), convert=double) == unknown


def test_it_concerns_its_kind_and_department_or_all_of_them() -> None:
    assert authority("1").concerns(kind="plan", department="north")
    assert not authority("1", kind="claim").concerns(kind="plan", department="north")
    assert not authority("1", department="south").concerns(kind="plan", department="north")
