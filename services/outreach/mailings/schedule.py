"""When the copies of a wave may go out, by its schedule and the clock on each contact's wall."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from chassis.wall import moment_of
from contracts.campaign import Schedule
from services.outreach.limits.hours import Hours, next_open

_FURTHEST_EAST = timedelta(hours=14)
"""No clock is further ahead of UTC."""


def schedule_of(document: dict[str, Any] | None) -> Schedule | None:
    """The schedule as a mailing keeps it."""
    return None if document is None else msgspec.convert(document, Schedule)


def starts_at(schedule: Schedule | None) -> datetime | None:
    """When the first copy can go out anywhere in the world; None for at once."""
    if schedule is None:
        return None
    begins = [schedule.not_before] if schedule.not_before else []
    if schedule.local_time:
        wall = datetime.fromisoformat(schedule.local_time).replace(tzinfo=UTC)
        begins.append(wall - _FURTHEST_EAST)
    return max(begins, default=None)


def due_at(
    schedule: Schedule | None, *, quiet: Sequence[Hours] | None, zone: ZoneInfo, at: datetime
) -> datetime | None:
    """The first moment from ``at`` on when a copy may go to somebody in ``zone``; None when there is none.

    A local time that is over already is no hindrance. ``quiet`` are the hours that law or custom leave.
    """
    begins = [at]
    rules = [] if quiet is None else [quiet]
    if schedule is not None:
        if schedule.not_before:
            begins.append(schedule.not_before)
        if schedule.local_time:
            begins.append(moment_of(datetime.fromisoformat(schedule.local_time), zone))
        if schedule.window:
            window = schedule.window
            rules.append([Hours.of(window.opens, window.closes, window.days)])
    return next_open(max(begins), zone, rules)
