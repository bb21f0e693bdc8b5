"""Calendar months in UTC. Pure."""

from datetime import UTC, date, datetime
from typing import NamedTuple

SHOWN = 12
MOST = 120


class Month(NamedTuple):
    """``until`` is the first moment that does not count."""

    label: str
    since: datetime
    until: datetime


def months(since: date | None, until: date) -> list[Month]:
    """The months from that of ``since`` to that of ``until``, at most 120 of them, the last ones.

    Where ``since`` is not given, the last twelve.
    """
    last = until.year * 12 + until.month - 1
    first = last - SHOWN + 1 if since is None else since.year * 12 + since.month - 1
    first = max(first, last - MOST + 1)
    return [
        Month(_start(one).isoformat()[:7], _start(one), _start(one + 1)) for one in range(first, last + 1)
    ]


def _start(number: int) -> datetime:
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
