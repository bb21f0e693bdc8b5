"""Calendar periods in UTC: days, weeks from Monday, months, quarters and years."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple, get_args

from chassis.errors import Invalid

Length = Literal["day", "week", "month", "quarter", "year"]
LENGTHS: tuple[Length, ...] = get_args(Length)
MOST = 120

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Period(NamedTuple):
    """``until`` is the first moment that does not count."""

    label: str
    since: datetime
    until: datetime


def periods(length: Length, since: date, until: date) -> list[Period]:
    """The periods that hold the days from ``since`` to ``until``. Raises Invalid for none, and too many."""
    if until < since:
        raise Invalid({"until": ["Must not be before from."]})
    found = []
    first = _start(length, since)
    while first <= until:
        following = _next(length, first)
        found.append(Period(_label(length, first), _midnight(first), _midnight(following)))
        first = following
        if len(found) > MOST:
            raise Invalid({"until": [f"That is more than {MOST} periods."]})
    return found


def _start(length: Length, day: date) -> date:
    if length == "day":
        return day
    if length == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[length]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _next(length: Length, first: date) -> date:
    if length in ("day", "week"):
        return first + timedelta(days=7 if length == "week" else 1)
    month = first.month - 1 + _MONTHS[length]
    return date(first.year + month // 12, month % 12 + 1, 1)


def _label(length: Length, first: date) -> str:
    if length == "week":
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02}"
    if length == "quarter":
        return f"{first.year}-Q{(first.month + 2) // 3}"
    return first.isoformat()[: {"day": 10, "month": 7, "year": 4}[length]]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
