"""Hours of the week by the clock on somebody's wall, and the next moment that they allow.

A wall clock jumps twice a year in many places: an hour that does not exist is passed over, and one that
comes twice counts both times.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chassis.wall import jump

EVERY_DAY = frozenset(range(1, 8))
HORIZON_DAYS = 15
"""Whatever is open at all is open within so many days, a week that a jump swallowed included."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """Open from ``opens`` until before ``closes`` on ``days``, where Monday is 1.

    Hours that close at or before they open go on into the next day.
    """

    opens: time
    closes: time
    days: frozenset[int] = EVERY_DAY

    @classmethod
    def of(cls, opens: str, closes: str, days: Iterable[int]) -> "Hours":
        """From ``hh:mm`` twice. Raises ValueError for what is no time."""
        return cls(time.fromisoformat(opens), time.fromisoformat(closes), frozenset(days))

    def include(self, wall: datetime) -> bool:
        """Whether they are open when the clock on the wall shows ``wall``."""
        clock, day = wall.time(), wall.isoweekday()
        if self.opens < self.closes:
            return day in self.days and self.opens <= clock < self.closes
        yesterday = (day - 2) % 7 + 1
        return (day in self.days and clock >= self.opens) or (yesterday in self.days and clock < self.closes)


def next_open(at: datetime, zone: ZoneInfo, rules: Sequence[Sequence[Hours]]) -> datetime | None:
    """The first moment from ``at`` on that some hours of every rule include; None when there is none.

    A rule without hours never opens.
    """
    if _all_open(at, zone, rules):
        return at
    for moment in sorted(set(_turns(at, zone, rules))):
        if moment > at and _all_open(moment, zone, rules):
            return moment
    return None


def _all_open(moment: datetime, zone: ZoneInfo, rules: Sequence[Sequence[Hours]]) -> bool:
    wall = moment.astimezone(zone)
    return all(any(hours.include(wall) for hours in rule) for rule in rules)


def _turns(at: datetime, zone: ZoneInfo, rules: Sequence[Sequence[Hours]]) -> Iterator[datetime]:
    """The moments at which something may open: the openings, and the jumps of the clock."""
    first = at.astimezone(zone).date() - _DAY
    dates = [first + number * _DAY for number in range(HORIZON_DAYS + 2)]
    openings = {hours.opens for rule in rules for hours in rule}
    for day in dates:
        yield from _jumps(day, zone)
        for opening in openings:
            for fold in (0, 1):
                wall = datetime.combine(day, opening, tzinfo=zone).replace(fold=fold)
                yield wall.astimezone(UTC)


def _jumps(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    begin = datetime.combine(day, time(), tzinfo=UTC)
    end = begin + _DAY
    if begin.astimezone(zone).utcoffset() != end.astimezone(zone).utcoffset():
        yield jump(begin, end, zone)
