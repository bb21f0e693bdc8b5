"""Moments by the clock on somebody's wall, which jumps twice a year in many places."""

from datetime import UTC, datetime, tzinfo


def moment_of(wall: datetime, zone: tzinfo) -> datetime:
    """The moment, in UTC, when the clock of ``zone`` first shows ``wall``, which is naive.

    Where it never does, because the clock jumped over it, the moment of the jump.
    """
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        return first
    return jump(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), first, zone)


def jump(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """The first moment after ``low`` whose offset from UTC is that of ``high``, to the second."""
    wanted = high.astimezone(zone).utcoffset()
    below, above = int(low.timestamp()), int(high.timestamp())
    while above - below > 1:
        middle = (below + above) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == wanted:
            above = middle
        else:
            below = middle
    return datetime.fromtimestamp(above, UTC)
