"""Quiet hours: when a copy may go out over a channel, by the country and region of the contact.

What law and custom ask for is data: ``quiet_hours.json``, each row with its source. Rows set by people
take the place of those with the same country and region. It knows no public holidays.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import msgspec
from sqlalchemy import select

from chassis.database import Session
from services.outreach.limits.hours import Hours
from services.outreach.limits.model import EVERY_DEPARTMENT, QuietHours
from services.outreach.limits.zones import region_code

Place = tuple[str, str]
"""A country and a region, by their codes; empty strings stand for all."""


class QuietRow(msgspec.Struct, frozen=True):
    """A row of the shipped table. ``source`` says which law or rule it is from."""

    channel: str
    country: str
    region: str
    opens: str
    closes: str
    days: list[int]
    source: str


class QuietTable:
    """The hours of one channel by place."""

    def __init__(self, hours: Mapping[Place, Sequence[Hours]]) -> None:
        self._hours = hours

    def __bool__(self) -> bool:
        return bool(self._hours)

    def rule(self, country: str, region: str) -> Sequence[Hours] | None:
        """The hours of the closest place that has any; None where copies may go out at any time."""
        for place in ((country, region_code(country, region)), (country, ""), ("", "")):
            if place in self._hours:
                return self._hours[place]
        return None


@cache
def rows() -> list[QuietRow]:
    """The shipped table."""
    text = resources.files(__package__).joinpath("quiet_hours.json").read_bytes()
    return msgspec.json.decode(text, type=list[QuietRow])


@cache
def shipped(channel: str) -> QuietTable:
    """The shipped table for a channel."""
    return QuietTable(_by_place([row for row in rows() if row.channel == channel]))


def own(session: Session, channel: str, *, department: str) -> QuietTable:
    """The shipped table with what people set for every department, and over that for this one."""
    chosen = session.scalars(
        select(QuietHours).where(
            QuietHours.channel == channel, QuietHours.department.in_((EVERY_DEPARTMENT, department))
        )
    ).all()
    of_all = [row for row in chosen if row.department == EVERY_DEPARTMENT]
    of_this = [row for row in chosen if row.department != EVERY_DEPARTMENT]
    table = _by_place([row for row in rows() if row.channel == channel])
    return QuietTable(table | _by_place(of_all) | _by_place(of_this))


def _by_place(chosen: Sequence[QuietRow | QuietHours]) -> dict[Place, Sequence[Hours]]:
    table: dict[Place, list[Hours]] = defaultdict(list)
    for row in chosen:
        table[row.country, row.region].append(Hours.of(row.opens, row.closes, row.days))
    return dict(table)
