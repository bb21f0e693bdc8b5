"""Tallies by the minute: how fast a mailing goes, and how much of it goes wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from chassis.database import Session
from services.outreach.mailings.model import tallies

TRIED: Final[tuple[Literal["accepted", "failed"], ...]] = ("accepted", "failed")
FIGURES = (*TRIED, "bounced", "complained")


@dataclass(frozen=True)
class Sums:
    """The tallies of a span of time. ``minutes`` is how many minutes had any."""

    accepted: int
    failed: int
    bounced: int
    complained: int
    minutes: int


def add(session: Session, mailing_id: UUID, minutes: Mapping[datetime, Mapping[str, int]]) -> None:
    """Add figures, each by its name in FIGURES, to the minutes that hold the given moments."""
    rows: dict[datetime, dict[str, int]] = {}
    for moment, figures in minutes.items():
        row = rows.setdefault(moment.replace(second=0, microsecond=0), dict.fromkeys(FIGURES, 0))
        for name, number in figures.items():
            row[name] += number
    if not rows:
        return
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = (sqlite if on_sqlite else postgresql).insert(tallies)
    upsert = insert.values(
        [{"mailing_id": mailing_id, "minute": minute, **row} for minute, row in sorted(rows.items())]
    ).on_conflict_do_update(
        index_elements=["mailing_id", "minute"],
        set_={name: tallies.c[name] + insert.excluded[name] for name in FIGURES},
    )
    session.execute(upsert)


def since(session: Session, mailing_ids: Iterable[UUID], moment: datetime) -> dict[UUID, Sums]:
    """The sums of each mailing over the minutes from the one that holds ``moment``."""
    sums = [func.coalesce(func.sum(tallies.c[name]), 0) for name in FIGURES]
    rows = session.execute(
        select(tallies.c.mailing_id, *sums, func.count())
        .where(
            tallies.c.mailing_id.in_(list(mailing_ids)),
            tallies.c.minute >= moment.replace(second=0, microsecond=0),
        )
        .group_by(tallies.c.mailing_id)
    )
    return {mailing_id: Sums(*map(int, figures)) for mailing_id, *figures in rows}
