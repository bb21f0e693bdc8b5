"""How campaigns fall into periods and bands of spend, and how groups are ranked."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.comparisons.groups import BANDS, Length, band_of, bands, days_of, period_of
from services.reporting.reports.ratios import ranks, share


@pytest.mark.parametrize(
    ("length", "period"), [("month", "2026-11"), ("quarter", "2026-Q4"), ("year", "2026")]
)
def test_a_day_is_in_its_calendar_period(length: Length, period: str) -> None:
    assert period_of(date(2026, 11, 28), length) == period
    assert period_of(None, length) == ""


@given(st.dates(), st.sampled_from(["month", "quarter", "year"]))
def test_the_days_of_a_period_are_all_of_it_and_no_others(day: date, length: Length) -> None:
    first, last = days_of(day, length)
    assert first <= day <= last
    assert period_of(first, length) == period_of(last, length) == period_of(day, length)
    for outside in (first.toordinal() - 1, last.toordinal() + 1):
        if 0 < outside <= date.max.toordinal():
            assert period_of(date.fromordinal(outside), length) != period_of(day, length)


@pytest.mark.parametrize(
    ("spend", "band"),
    [
        (Decimal(0), "< 1000"),
        (Decimal("999.99"), "< 1000"),
        (Decimal(1000), "1000 – 10000"),
        (Decimal(100_000), "≥ 100000"),
        (None, ""),
    ],
)
def test_a_spend_is_in_the_band_whose_lower_bound_it_reaches(spend: Decimal | None, band: str) -> None:
    assert band_of(spend, BANDS) == band


def test_one_bound_makes_two_bands() -> None:
    assert bands([Decimal(5)]) == ["< 5", "≥ 5"]


@settings(max_examples=25)
@given(st.lists(st.none() | st.decimals(-5, 5, places=1)))
def test_ranks_follow_the_values_and_equal_ones_share_theirs(values: list[Decimal | None]) -> None:
    found = ranks(values)
    for value, rank in zip(values, found, strict=True):
        if value is None:
            assert rank is None
        else:
            assert rank == 1 + sum(other > value for other in values if other is not None)


def test_where_less_is_better_the_lowest_comes_first() -> None:
    assert ranks([3, 1, None, 1], lowest_first=True) == [3, 1, None, 1]


def test_a_share_of_nothing_has_no_value() -> None:
    assert (share(3, 0), share(None, 2), share(1, 3)) == (None, None, Decimal("0.3333"))
