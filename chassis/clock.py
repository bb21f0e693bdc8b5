"""The one place that asks what time it is, so that a test can move it."""

import functools
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class _Offset:
    ahead: timedelta


_offset = _Offset(timedelta())


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return datetime.now(UTC) + _offset.ahead


def travel(*, seconds: float) -> None:
    """Move this process's clock; ``travel(seconds=0)`` brings it back."""
    _offset.ahead = timedelta(seconds=seconds)


@functools.cache
def time_zones() -> frozenset[str]:
    """The IANA names of all time zones; to look for them goes through a thousand files."""
    return frozenset(zoneinfo.available_timezones())
