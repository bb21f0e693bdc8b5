"""Working time: hours by weekday, absences, and time zones whose clocks jump."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.lead.assignment.hours import Hours, minutes

OFFICE = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
SHANGHAI = Hours.of("Asia/Shanghai", OFFICE)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "working"),
    [
        ("2026-11-23T09:00+08:00", True),
        ("2026-11-23T08:59+08:00", False),
        ("2026-11-23T12:30+08:00", False),
        ("2026-11-23T17:00+08:00", False),
        ("2026-11-22T10:00+08:00", False),
        ("2026-11-23T09:00+00:00", False),
    ],
)
def test_hours_are_those_of_the_time_zone(moment: str, working: bool) -> None:
    assert SHANGHAI.working(at(moment)) is working


def test_without_hours_somebody_is_at_work_unless_absent() -> None:
    holiday = {"starts_at": "2026-12-24T00:00:00+08:00", "ends_at": "2026-12-27T00:00:00+08:00"}
    always = Hours.of("Asia/Shanghai", {}, [holiday])
    assert always.working(at("2026-12-23T23:59+08:00"))
    assert not always.working(at("2026-12-24T00:00+08:00"))
    assert always.working(at("2026-12-27T00:00+08:00"))


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ("2026-11-23T10:00+08:00", 1, "2026-11-23T11:00+08:00"),
        ("2026-11-23T11:00+08:00", 2, "2026-11-23T14:00+08:00"),
        ("2026-11-23T16:00+08:00", 2, "2026-11-24T10:00+08:00"),
        ("2026-11-27T16:30+08:00", 1, "2026-11-30T09:30+08:00"),
        ("2026-11-28T12:00+08:00", 7, "2026-11-30T17:00+08:00"),
    ],
)
def test_a_deadline_counts_working_time_alone(since: str, hours: float, until: str) -> None:
    assert SHANGHAI.after(at(since), hours) == at(until)


def test_a_deadline_passes_over_an_absence() -> None:
    away = {"starts_at": "2026-11-23T10:00:00+08:00", "ends_at": "2026-11-24T15:00:00+08:00"}
    hours = Hours.of("Asia/Shanghai", OFFICE, [away])
    assert hours.after(at("2026-11-23T09:00+08:00"), 2) == at("2026-11-24T16:00+08:00")


def test_who_never_works_still_has_a_deadline() -> None:
    forever = {"starts_at": "2026-01-01T00:00:00+00:00", "ends_at": "2036-01-01T00:00:00+00:00"}
    since = at("2026-11-23T09:00+00:00")
    assert Hours.of("UTC", {}, [forever]).after(since, 1) > since


def test_the_day_is_that_of_the_time_zone() -> None:
    assert SHANGHAI.day(at("2026-11-23T17:00+00:00")) == date(2026, 11, 24)


@settings(max_examples=50)
@given(
    st.datetimes(datetime(2026, 3, 20), datetime(2026, 4, 5), timezones=st.just(UTC)),
    st.floats(0.01, 40),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Shanghai"]),
)
def test_more_hours_are_never_due_sooner_and_fall_into_work(since: datetime, hours: float, zone: str) -> None:
    kept = Hours.of(zone, OFFICE)
    due = kept.after(since, hours)
    assert since < due <= kept.after(since, hours + 1)
    assert kept.working(due - timedelta(microseconds=1))


@pytest.mark.parametrize("text", ["", "9:00", "09.00", "24:01", "12:60", "0900", "aa:bb"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no time of day"):
        minutes(text)


def test_the_end_of_the_day_is_24_00() -> None:
    assert minutes("24:00") == 1440
