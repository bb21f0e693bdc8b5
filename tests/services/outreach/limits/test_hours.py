"""The next moment that hours by the clock on the wall allow, over jumps of the clock too."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.outreach.limits.hours import EVERY_DAY, Hours, next_open

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)
JUMPS = [
    (BERLIN, datetime(2026, 3, 29, 1, tzinfo=UTC)),
    (BERLIN, datetime(2026, 10, 25, 1, tzinfo=UTC)),
    (NEW_YORK, datetime(2026, 3, 8, 7, tzinfo=UTC)),
    (NEW_YORK, datetime(2026, 11, 1, 6, tzinfo=UTC)),
    (ZoneInfo("Australia/Lord_Howe"), datetime(2026, 4, 4, 15, tzinfo=UTC)),
    (ZoneInfo("America/Havana"), datetime(2026, 3, 8, 5, tzinfo=UTC)),
    (ZoneInfo("Asia/Shanghai"), datetime(2026, 3, 8, 5, tzinfo=UTC)),
]
"""Zones, and moments when their clocks jump: an hour, half of one, at midnight, never."""

DAYTIME = Hours(time(8), time(21))
clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
hours = st.builds(Hours, opens=clocks, closes=clocks, days=st.frozensets(st.integers(1, 7), min_size=1))
rules = st.lists(st.lists(hours, min_size=1, max_size=3), min_size=1, max_size=2)


def wall(moment: datetime | None, zone: ZoneInfo) -> str:
    assert moment is not None
    return moment.astimezone(zone).strftime("%a %H:%M")


def is_open(moment: datetime, zone: ZoneInfo, rules: list[list[Hours]]) -> bool:
    return all(any(one.include(moment.astimezone(zone)) for one in rule) for rule in rules)


@settings(max_examples=50, deadline=None)
@given(jump=st.sampled_from(JUMPS), minutes=st.integers(-2880, 2880), rules=rules)
def test_what_is_found_is_open_and_nothing_before_it_is(
    jump: tuple[ZoneInfo, datetime], minutes: int, rules: list[list[Hours]]
) -> None:
    zone, moment = jump
    at = moment + minutes * MINUTE
    found = next_open(at, zone, rules)
    latest = at + timedelta(days=2) if found is None else min(found, at + timedelta(days=2))
    step = at
    while step < latest:
        assert not is_open(step, zone, rules)
        step += MINUTE
    if found is not None:
        assert found >= at
        assert is_open(found, zone, rules)


def test_before_the_hours_the_morning_is_waited_for_and_after_them_the_next_one() -> None:
    night = datetime(2026, 6, 3, 23, tzinfo=BERLIN)
    assert wall(next_open(night, BERLIN, [[DAYTIME]]), BERLIN) == "Thu 08:00"
    assert wall(next_open(night + timedelta(hours=5), BERLIN, [[DAYTIME]]), BERLIN) == "Thu 08:00"
    noon = datetime(2026, 6, 3, 12, tzinfo=BERLIN)
    assert next_open(noon, BERLIN, [[DAYTIME]]) == noon


def test_an_opening_that_the_clock_jumps_over_is_the_moment_of_the_jump() -> None:
    saturday = datetime(2026, 3, 28, 22, tzinfo=BERLIN)
    early = Hours(time(2, 30), time(5))
    assert wall(next_open(saturday, BERLIN, [[early]]), BERLIN) == "Sun 03:00"


def test_an_hour_that_comes_twice_is_open_both_times() -> None:
    between = datetime(2026, 10, 25, 2, 40, tzinfo=BERLIN)
    half = Hours(time(2), time(2, 30))
    found = next_open(between, BERLIN, [[half]])
    assert found == datetime(2026, 10, 25, 1, tzinfo=UTC)


def test_hours_over_midnight_belong_to_the_day_they_open_on() -> None:
    fridays = Hours(time(22), time(2), frozenset({5}))
    assert fridays.include(datetime(2026, 6, 6, 1))
    assert not fridays.include(datetime(2026, 6, 5, 1))
    assert fridays.include(datetime(2026, 6, 5, 23))


def test_hours_that_close_when_they_open_are_a_whole_day() -> None:
    mondays = Hours(time(0), time(0), frozenset({1}))
    assert mondays.include(datetime(2026, 6, 1, 23, 59))
    assert not mondays.include(datetime(2026, 6, 2))


def test_rules_that_never_agree_never_open() -> None:
    sundays = Hours(time(9), time(17), frozenset({7}))
    workdays = Hours(time(8), time(20), EVERY_DAY - {7})
    assert next_open(datetime(2026, 6, 3, tzinfo=UTC), BERLIN, [[sundays], [workdays]]) is None


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="hour"):
        Hours.of("25:00", "26:00", EVERY_DAY)
