"""When a rep is at work: hours by weekday in a time zone, less absences. Pure.

Without hours somebody is at work at any time. Deadlines count working time alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FULL_DAY = 24 * 60
LOOK_AHEAD_DAYS = 400
"""A deadline that falls behind so many days of hardly any work counts plain hours from there."""

Span = tuple[datetime, datetime]

_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00", re.ASCII)


@dataclass(frozen=True)
class Hours:
    """``week`` holds for each weekday from Monday its spans, in minutes of the local day.

    ``absences`` are periods from a moment until right before another.
    """

    zone: str = "UTC"
    week: tuple[tuple[tuple[int, int], ...], ...] = ()
    absences: tuple[Span, ...] = ()

    @classmethod
    def of(
        cls,
        zone: str,
        week: Mapping[str, Sequence[Sequence[str]]],
        absences: Sequence[Mapping[str, str]] = (),
    ) -> "Hours":
        """From what a profile keeps: ``{"mon": [["09:00", "17:30"]]}`` and ISO moments."""
        days = [tuple((minutes(a), minutes(b)) for a, b in week.get(day, ())) for day in WEEKDAYS]
        away = [
            (datetime.fromisoformat(one["starts_at"]), datetime.fromisoformat(one["ends_at"]))
            for one in absences
        ]
        return cls(zone or "UTC", tuple(days) if any(days) else (), tuple(sorted(away)))

    def absent(self, at: datetime) -> bool:
        return any(starts <= at < ends for starts, ends in self.absences)

    def working(self, at: datetime) -> bool:
        """Whether he is at work at that moment."""
        if self.absent(at):
            return False
        if not self.week:
            return True
        local = at.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        return any(starts <= minute < ends for starts, ends in self.week[local.weekday()])

    def day(self, at: datetime) -> date:
        """The local day, by which daily capacity counts."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def after(self, at: datetime, hours: float) -> datetime:
        """The moment when ``hours`` of working time have passed since ``at``."""
        left = timedelta(hours=hours)
        for starts, ends in self._spans(at):
            begin = max(starts, at)
            if ends - begin >= left:
                return begin + left
            left -= max(ends - begin, timedelta())
        return at + timedelta(days=LOOK_AHEAD_DAYS) + left

    def _spans(self, at: datetime) -> Iterator[Span]:
        """The working spans that end after ``at``, in order, for the days looked ahead."""
        zone = ZoneInfo(self.zone)
        first = at.astimezone(zone).date()
        for number in range(LOOK_AHEAD_DAYS):
            today = first + timedelta(days=number)
            for starts, ends in self.week[today.weekday()] if self.week else ((0, FULL_DAY),):
                span = _moment(today, starts, zone), _moment(today, ends, zone)
                yield from (one for one in self._attended(span) if one[1] > at)

    def _attended(self, span: Span) -> Iterator[Span]:
        """What absences leave of a span."""
        starts, ends = span
        for away, back in self.absences:
            if back <= starts or away >= ends:
                continue
            if away > starts:
                yield starts, away
            starts = max(starts, back)
        if starts < ends:
            yield starts, ends


def minutes(text: str) -> int:
    """Minutes of the day of ``HH:MM``, up to 24:00. Raises ValueError for anything else."""
    if not _CLOCK.fullmatch(text):
        raise ValueError(f"{text} is no time of day")
    return int(text[:2]) * 60 + int(text[3:])


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A local time as a moment; in the hour that the clock leaves out, the moment it is put forward."""
    midnight = datetime.combine(day + timedelta(days=minute // FULL_DAY), time(), zone)
    return (midnight + timedelta(minutes=minute % FULL_DAY)).astimezone(UTC)
