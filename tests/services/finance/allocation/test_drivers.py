"""On how many days of a period a campaign ran."""

from datetime import date

import pytest

from chassis.ids import new_id
from services.finance.allocation.drivers import Candidate, Period, days_within

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


def ran(launched: date | None, ended: date | None = None, planned: date | None = None) -> int:
    candidate = Candidate(
        campaign_id=new_id(),
        budget_id=new_id(),
        code="FAIR",
        name="Spring fair",
        currency="EUR",
        launched_on=launched,
        ended_on=ended,
        ends_on=planned,
    )
    return days_within(candidate, NOVEMBER)


@pytest.mark.parametrize(
    ("launched", "ended", "days"),
    [
        (date(2026, 11, 5), date(2026, 11, 5), 1),
        (date(2026, 11, 5), date(2026, 11, 14), 10),
        (date(2026, 10, 1), date(2026, 11, 2), 2),
        (date(2026, 11, 29), date(2027, 1, 1), 2),
        (date(2026, 10, 1), date(2027, 1, 1), 30),
        (date(2026, 10, 1), date(2026, 10, 31), 0),
        (date(2026, 12, 1), date(2026, 12, 2), 0),
    ],
)
def test_both_ends_count_and_only_within_the_period(launched: date, ended: date, days: int) -> None:
    assert ran(launched, ended) == days


def test_who_was_never_launched_ran_on_no_day() -> None:
    assert ran(None) == 0


def test_who_has_not_ended_runs_to_the_planned_end() -> None:
    assert ran(date(2026, 11, 1), planned=date(2026, 11, 10)) == 10


@pytest.mark.parametrize("planned", [None, date(2026, 10, 15)])
def test_without_a_planned_end_ahead_it_runs_through_the_period(planned: date | None) -> None:
    assert ran(date(2026, 10, 1), planned=planned) == 30
