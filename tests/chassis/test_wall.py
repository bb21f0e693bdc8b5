"""Clocks on walls jump: a time that is shown is read back, and one that never is, is passed over."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.wall import moment_of

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
JUMPS = [
    (BERLIN, datetime(2026, 3, 29, 1, tzinfo=UTC)),
    (BERLIN, datetime(2026, 10, 25, 1, tzinfo=UTC)),
    (ZoneInfo("Australia/Lord_Howe"), datetime(2026, 4, 4, 15, tzinfo=UTC)),
    (ZoneInfo("America/Havana"), datetime(2026, 3, 8, 5, tzinfo=UTC)),
    (ZoneInfo("Asia/Shanghai"), datetime(2026, 3, 8, 5, tzinfo=UTC)),
]
"""Zones, and moments when their clocks jump: an hour, half of one, at midnight, never."""


@settings(max_examples=50)
@given(jump=st.sampled_from(JUMPS), minutes=st.integers(-1440, 1440))
def test_a_clock_that_shows_a_time_is_read_back_and_one_that_never_does_is_passed(
    jump: tuple[ZoneInfo, datetime], minutes: int
) -> None:
    zone, moment = jump
    shown = moment.astimezone(zone).replace(tzinfo=None) + minutes * MINUTE
    found = moment_of(shown, zone)
    assert found.astimezone(zone).replace(tzinfo=None) >= shown
    assert (found - MINUTE).astimezone(zone).replace(tzinfo=None) < shown


def test_a_time_that_the_clock_jumps_over_is_the_moment_of_the_jump() -> None:
    assert moment_of(datetime(2026, 3, 29, 2, 30), BERLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_time_that_comes_twice_is_the_first_of_both() -> None:
    assert moment_of(datetime(2026, 10, 25, 2, 15), BERLIN) == datetime(2026, 10, 25, 0, 15, tzinfo=UTC)
