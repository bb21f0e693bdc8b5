"""Business time: what passes while a calendar is open.

Hours are those of the clock on the wall. That clock jumps twice a year in many places: an hour that does not
exist is passed over, and one that comes twice counts both times. Everything is counted in UTC, so that both
functions add up: the time between two moments is the sum of its parts, and to add twice is to add the sum.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from chassis.wall import moment_of

DAY_MINUTES = 24 * 60
HORIZON_DAYS = 3660
"""How far ahead opening hours are looked for."""

Spans = tuple[tuple[int, int], ...]
"""Hours of one day, ascending: from and until, in minutes after midnight."""

_DAY = timedelta(days=1)
_NOTHING = timedelta()


class NeverOpen(ValueError):
    """The calendar does not have the hours that are asked for within its horizon."""


@dataclass(frozen=True)
class WorkingTime:
    """When work is done: ``week`` from Monday on, ``days`` for dates that are not as their weekday."""

    zone: tzinfo
    week: tuple[Spans, ...]
    days: Mapping[date, Spans] = field(default_factory=dict)

    @classmethod
    def of(
        cls, time_zone: str, week: Sequence[Sequence[str]], days: Mapping[date, Sequence[str]]
    ) -> "WorkingTime":
        """From hours as text. Raises ValueError for what is no time, and for a zone that is none."""
        special = {day: spans_of(hours) for day, hours in days.items()}
        return cls(ZoneInfo(time_zone), tuple(spans_of(hours) for hours in week), special)

    def spans(self, day: date) -> Spans:
        """The hours of a date."""
        return self.days.get(day, self.week[day.weekday()])


ALWAYS = WorkingTime(UTC, (((0, DAY_MINUTES),),) * 7)
"""Time by the clock, for what has no calendar."""


def spans_of(hours: Sequence[str]) -> Spans:
    """From ``hh:mm-hh:mm``, ascending and apart. Raises ValueError otherwise."""
    spans = tuple(_span(text) for text in hours)
    ends = [minute for span in spans for minute in span]
    if any(later <= earlier for earlier, later in zip(ends[::2], ends[1::2], strict=True)):
        raise ValueError("Hours must end after they begin.")
    if any(begins < ended for ended, begins in zip(ends[1:-1:2], ends[2::2], strict=True)):
        raise ValueError("Hours of a day must follow each other.")
    return spans


def add_business_time(start: datetime, duration: timedelta, calendar: WorkingTime) -> datetime:
    """The first moment by which ``duration`` of business time has passed since ``start``, in UTC.

    Nothing added is ``start`` itself. Raises NeverOpen where the calendar is not open for so long.
    """
    start, left = start.astimezone(UTC), duration
    if left <= _NOTHING:
        return start
    if calendar is ALWAYS:
        return start + left
    for opens, closes in _periods(start, calendar):
        open_for = closes - max(opens, start)
        if open_for >= left:
            return max(opens, start) + left
        left -= max(open_for, _NOTHING)
    raise NeverOpen("The calendar is hardly ever open.")


def business_time_between(start: datetime, end: datetime, calendar: WorkingTime) -> timedelta:
    """How much business time passes from ``start`` until ``end``; none where that is not later."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if calendar is ALWAYS:
        return max(end - start, _NOTHING)
    passed = _NOTHING
    for opens, closes in _periods(start, calendar):
        if opens >= end:
            break
        passed += max(min(closes, end) - max(opens, start), _NOTHING)
    return passed


def _periods(start: datetime, calendar: WorkingTime) -> Iterator[tuple[datetime, datetime]]:
    """The open hours from the day of ``start`` on, each from and until, as far as the horizon."""
    first = start.astimezone(calendar.zone).date()
    for number in range(HORIZON_DAYS):
        day = first + number * _DAY
        midnight = datetime.combine(day, time())
        for opens, closes in calendar.spans(day):
            yield (
                moment_of(midnight + timedelta(minutes=opens), calendar.zone),
                moment_of(midnight + timedelta(minutes=closes), calendar.zone),
            )


def _span(text: str) -> tuple[int, int]:
    opens, dash, closes = text.partition("-")
    if not dash:
        raise ValueError("Hours are written as 09:00-17:30.")
    return _minutes(opens), _minutes(closes)


def _minutes(text: str) -> int:
    if text == "24:00":
        return DAY_MINUTES
    try:
        clock = time.fromisoformat(text)
    except ValueError:
        clock = None
    if clock is None or clock.second or clock.microsecond or clock.tzinfo or len(text) != len("hh:mm"):
        raise ValueError("Hours are written as 09:00-17:30.")
    return clock.hour * 60 + clock.minute
