"""When a copy may go out, by the schedule of its wave and the clock of its contact."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.campaign import Schedule, SendWindow
from services.outreach.limits.hours import Hours
from services.outreach.mailings.schedule import due_at, starts_at

TOKYO, BERLIN, NEW_YORK = (ZoneInfo(name) for name in ("Asia/Tokyo", "Europe/Berlin", "America/New_York"))
ZONES = [TOKYO, BERLIN, NEW_YORK, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")]
NOON = datetime(2026, 6, 3, 12, tzinfo=UTC)
OFFICE = SendWindow(opens="09:00", closes="17:00", days=[1, 2, 3, 4, 5])

walls = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(
    lambda wall: wall.replace(second=0, microsecond=0)
)


def due(schedule: Schedule | None, zone: ZoneInfo = BERLIN, *, at: datetime = NOON) -> datetime | None:
    return due_at(schedule, quiet=None, zone=zone, at=at)


def test_without_a_schedule_a_copy_may_go_at_once() -> None:
    assert due(None) == NOON
    assert starts_at(None) is None


def test_nothing_goes_before_its_moment() -> None:
    later = NOON + timedelta(hours=3)
    assert due(Schedule(not_before=later)) == later
    assert starts_at(Schedule(not_before=later)) == later


def test_a_local_time_comes_to_each_zone_in_its_turn() -> None:
    schedule = Schedule(local_time="2026-06-05T09:00")
    assert due(schedule, TOKYO) == datetime(2026, 6, 5, 0, tzinfo=UTC)
    assert due(schedule, BERLIN) == datetime(2026, 6, 5, 7, tzinfo=UTC)
    assert due(schedule, NEW_YORK) == datetime(2026, 6, 5, 13, tzinfo=UTC)


def test_a_local_time_that_is_over_is_no_hindrance() -> None:
    assert due(Schedule(local_time="2026-06-01T09:00")) == NOON


@settings(max_examples=50)
@given(wall=walls, zone=st.sampled_from(ZONES))
def test_a_mailing_begins_before_anybody_is_due(wall: datetime, zone: ZoneInfo) -> None:
    schedule = Schedule(local_time=wall.isoformat(timespec="minutes"))
    begins = starts_at(schedule)
    found = due(schedule, zone, at=datetime(2025, 1, 1, tzinfo=UTC))
    assert begins is not None and found is not None
    assert begins <= found <= begins + timedelta(hours=27)
    assert found.astimezone(zone).replace(tzinfo=None) >= wall


def test_a_copy_waits_for_the_window_of_its_own_zone() -> None:
    schedule = Schedule(window=OFFICE)
    assert due(schedule, BERLIN) == NOON
    assert due(schedule, NEW_YORK) == datetime(2026, 6, 3, 13, tzinfo=UTC)
    assert due(schedule, TOKYO) == datetime(2026, 6, 4, 0, tzinfo=UTC)
    saturday = datetime(2026, 6, 6, 12, tzinfo=UTC)
    assert due(schedule, BERLIN, at=saturday) == datetime(2026, 6, 8, 7, tzinfo=UTC)


def test_window_and_quiet_hours_must_both_be_open() -> None:
    late = SendWindow(opens="18:00", closes="23:00", days=[1, 2, 3, 4, 5, 6, 7])
    quiet = [Hours.of("08:00", "20:00", range(1, 8))]
    night = datetime(2026, 6, 3, 19, tzinfo=UTC)
    found = due_at(Schedule(window=late), quiet=quiet, zone=BERLIN, at=night)
    assert found == datetime(2026, 6, 4, 16, tzinfo=UTC)


def test_a_window_that_is_never_open_gives_no_moment() -> None:
    night = SendWindow(opens="23:00", closes="04:00", days=[1])
    assert (
        due_at(Schedule(window=night), quiet=[Hours.of("08:00", "20:00", [1])], zone=BERLIN, at=NOON) is None
    )
