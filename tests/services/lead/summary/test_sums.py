"""Periods, sums and the funnel by themselves."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.errors import Invalid
from services.lead.summary.funnel import Funnel
from services.lead.summary.periods import LENGTHS, periods
from services.lead.summary.queries import BANDS, band_of
from services.lead.summary.sums import summed

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@given(st.sampled_from(LENGTHS), st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 100))
@settings(max_examples=50)
def test_periods_follow_each_other_and_hold_every_day(length: str, since: date, days: int) -> None:
    until = since + timedelta(days=days)
    found = periods(length, since, until)  # type: ignore[arg-type]
    assert all(one.until == following.since for one, following in pairwise(found))
    assert found[0].since.date() <= since and until < found[-1].until.date()
    assert len({one.label for one in found}) == len(found)


def test_periods_are_called_as_people_call_them() -> None:
    labels = {length: periods(length, date(2026, 5, 1), date(2026, 5, 1))[0].label for length in LENGTHS}
    assert labels == {
        "day": "2026-05-01",
        "week": "2026-W18",
        "month": "2026-05",
        "quarter": "2026-Q2",
        "year": "2026",
    }


@pytest.mark.parametrize("until", [date(2026, 4, 30), date(2027, 5, 1)])
def test_periods_that_are_none_or_too_many_are_refused(until: date) -> None:
    with pytest.raises(Invalid, match="until"):
        periods("day", date(2026, 5, 1), until)


def test_leads_are_summed_by_what_they_have_in_common() -> None:
    rows = [
        ("north", "converted", "EUR", 1, Decimal("10.50")),
        ("north", "new", None, 2, None),
        ("south", "working", "USD", 1, Decimal(7)),
        (None, "disqualified", "XXX", 5, Decimal(0)),
    ]
    made = summed(rows, most=2)
    assert [(line.key, line.leads, line.open, line.converted) for line in made.lines] == [
        ("", 5, 0, 0),
        ("north", 3, 2, 1),
    ]
    assert (made.lines_in_all, made.total.leads, made.total.conversion) == (3, 9, Decimal("0.1111"))
    assert made.lines[1].conversion == Decimal("0.3333")
    assert [(one.currency, one.amount) for one in made.total.values] == [
        ("EUR", Decimal("10.50")),
        ("USD", 7),
    ]


def test_the_funnel_knows_who_came_how_far_and_how_long_half_of_them_stayed() -> None:
    funnel = Funnel()
    for hours in (1, 2, 9):
        worked = NOON + timedelta(hours=hours)
        acts = [("assigned", worked), ("assigned", worked), ("working", worked + timedelta(hours=1))]
        funnel.add(NOON, acts)
    funnel.add(NOON, [])
    stages = {one.state: one for one in funnel.stages()}
    assert (stages["new"].reached, stages["new"].left, stages["new"].median_hours) == (4, 3, Decimal("2.00"))
    assert (stages["assigned"].share, stages["assigned"].median_hours) == (Decimal("0.7500"), Decimal("1.00"))
    assert (stages["working"].reached, stages["working"].median_hours) == (3, None)
    assert stages["converted"].reached == 0


def test_bands_of_age_read_in_order() -> None:
    assert [band_of(days) for days in BANDS] == [
        "00-01 days",
        "01-03 days",
        "03-07 days",
        "07-14 days",
        "14-30 days",
        "30-90 days",
    ]
