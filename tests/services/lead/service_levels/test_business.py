"""Business time adds up, never runs backwards, and knows that clocks on walls jump."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.lead.service_levels.business import (
    ALWAYS,
    NeverOpen,
    WorkingTime,
    add_business_time,
    business_time_between,
    spans_of,
)

OFFICE = [["09:00-12:30", "13:30-18:00"]] * 5 + [[], []]
NIGHTS = [["00:00-06:00", "22:00-24:00"]] * 7
ALL_DAY = [["00:00-24:00"]] * 7
ZONES = ("Europe/Vienna", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "America/Havana", "UTC")
HOLIDAYS = {date(2026, 12, 25): [], date(2026, 12, 26): ["10:00-12:00"], date(2027, 1, 1): []}

calendars = st.builds(
    WorkingTime.of,
    st.sampled_from(ZONES),
    st.sampled_from([OFFICE, NIGHTS, ALL_DAY]),
    st.sampled_from([{}, HOLIDAYS]),
)
moments = st.datetimes(
    datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)
)  # with all jumps of two years
durations = st.timedeltas(timedelta(), timedelta(days=20))


def vienna(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Vienna")).astimezone(UTC)


@given(calendars, moments, durations, durations)
@settings(max_examples=50)
def test_to_add_twice_is_to_add_the_sum(
    calendar: WorkingTime, start: datetime, first: timedelta, second: timedelta
) -> None:
    twice = add_business_time(add_business_time(start, first, calendar), second, calendar)
    assert twice == add_business_time(start, first + second, calendar)


@given(calendars, moments, durations)
@settings(max_examples=50)
def test_what_was_added_has_passed(calendar: WorkingTime, start: datetime, duration: timedelta) -> None:
    end = add_business_time(start, duration, calendar)
    assert end >= start
    assert business_time_between(start, end, calendar) == duration


@given(calendars, st.lists(moments, min_size=3, max_size=3))
@settings(max_examples=50)
@example(
    WorkingTime.of("Europe/Vienna", ALL_DAY, {}),
    [vienna("2026-10-25T00:30"), vienna("2026-10-25T02:30"), vienna("2026-10-25T12:00")],
)
def test_the_time_between_is_the_sum_of_its_parts(calendar: WorkingTime, three: list[datetime]) -> None:
    start, middle, end = sorted(three)
    parts = business_time_between(start, middle, calendar) + business_time_between(middle, end, calendar)
    assert parts == business_time_between(start, end, calendar)
    assert timedelta() <= parts <= end - start


@given(calendars, moments, moments, durations)
@settings(max_examples=50)
def test_who_begins_later_is_never_done_earlier(
    calendar: WorkingTime, one: datetime, other: datetime, duration: timedelta
) -> None:
    earlier, later = sorted((one, other))
    assert add_business_time(earlier, duration, calendar) <= add_business_time(later, duration, calendar)


def test_a_night_a_weekend_and_a_holiday_do_not_count() -> None:
    calendar = WorkingTime.of("Europe/Vienna", OFFICE, HOLIDAYS)
    thursday = vienna("2026-12-24T17:00")
    assert add_business_time(thursday, timedelta(hours=1), calendar) == vienna("2026-12-24T18:00")
    assert add_business_time(thursday, timedelta(hours=2), calendar) == vienna("2026-12-26T11:00")
    assert add_business_time(thursday, timedelta(hours=4), calendar) == vienna("2026-12-28T10:00")


def test_a_day_worked_instead_of_another_counts() -> None:
    sunday = {date(2026, 10, 11): ["09:00-17:00"]}
    calendar = WorkingTime.of("Asia/Shanghai", OFFICE, sunday)
    start = datetime(2026, 10, 10, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert add_business_time(start, timedelta(hours=8), calendar) == datetime(2026, 10, 11, 9, tzinfo=UTC)


def test_an_hour_that_comes_twice_counts_twice_and_one_that_is_skipped_never() -> None:
    calendar = WorkingTime.of("Europe/Vienna", ALL_DAY, {})
    for day, following, hours in (("10-25", "10-26", 25), ("03-29", "03-30", 23), ("06-01", "06-02", 24)):
        start, end = vienna(f"2026-{day}T00:00"), vienna(f"2026-{following}T00:00")
        assert business_time_between(start, end, calendar) == timedelta(hours=hours), day
        assert add_business_time(start, timedelta(hours=hours), calendar) == end


def test_hours_within_a_jump_are_cut_at_the_jump() -> None:
    calendar = WorkingTime.of("Europe/Vienna", [["02:15-02:45", "02:45-04:00"]] * 7, {})
    start = vienna("2026-03-29T00:00")
    assert business_time_between(start, vienna("2026-03-29T12:00"), calendar) == timedelta(hours=1)


def test_time_by_the_clock_needs_no_calendar() -> None:
    start = datetime(2026, 11, 28, 23, tzinfo=UTC)
    end = add_business_time(start, timedelta(hours=3), ALWAYS)
    assert (end, business_time_between(start, end, ALWAYS)) == (
        start + timedelta(hours=3),
        timedelta(hours=3),
    )


def test_a_calendar_that_never_opens_is_refused_not_searched_for_ever() -> None:
    calendar = WorkingTime.of("UTC", [[]] * 7, {})
    with pytest.raises(NeverOpen):
        add_business_time(datetime(2026, 1, 1, tzinfo=UTC), timedelta(seconds=1), calendar)


@pytest.mark.parametrize(
    "hours", [["9-17"], ["09:00"], ["17:00-09:00"], ["09:00-12:00", "11:00-13:00"], ["24:00-24:00"], ["a-b"]]
)
def test_what_is_no_hours_is_refused(hours: list[str]) -> None:
    with pytest.raises(ValueError, match="Hours"):
        spans_of(hours)
