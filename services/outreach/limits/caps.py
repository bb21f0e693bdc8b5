"""How often a contact may be reached, across campaigns and channels.

The ledger of deliveries itself is what counts: a copy counts from the moment it is leased, and no longer
when it is queued again or surely did not go out. Whoever checks takes turns with all others who do until
the leasing is committed, so that of two mailings that check at once the second sees what the first leased.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import ARRAY, Column, ColumnElement, Text, Uuid, bindparam, cast, func, select

from chassis.database import Session
from services.outreach.limits.model import EVERY_DEPARTMENT, POSTPONE, FrequencyCap
from services.outreach.mailings.model import REACHED, RESENT, deliveries, mailings, standings

_TURN = 0x63617073
"""The key of the lock on which everybody who checks caps takes turns."""


@dataclass(frozen=True)
class Copy:
    """A copy that a contact got, or may have got, ``at`` a time; ``kind`` is that of its campaign."""

    at: datetime
    channel: str
    department: str
    kind: str


class Purpose(Protocol):
    """What a mailing is: where its copies go, whose they are, and what for."""

    @property
    def channel(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True)
class Over:
    """A copy that is over a cap. Without ``until`` it is not to be sent at all."""

    cap: str
    until: datetime | None


def caps_for(session: Session, mailing: Purpose) -> list[FrequencyCap]:
    """The caps that hold for a mailing."""
    chosen = session.scalars(
        select(FrequencyCap).where(FrequencyCap.department.in_((EVERY_DEPARTMENT, mailing.department)))
    )
    return [cap for cap in chosen if counts(cap, mailing)]


def counts(cap: FrequencyCap, copy: Purpose | Copy) -> bool:
    """Whether a copy counts for a cap."""
    return (
        cap.department in (EVERY_DEPARTMENT, copy.department)
        and (not cap.channels or copy.channel in cap.channels)
        and copy.kind not in cap.exempt_kinds
    )


def check(
    session: Session, mailing: Purpose, caps: Sequence[FrequencyCap], ids: Sequence[UUID], *, at: datetime
) -> dict[UUID, Over]:
    """Which of these deliveries are over a cap, in the order given. Until the commit nobody else checks."""
    take_turns(session)
    contact_of = _contacts(session, ids)
    got = copies(session, set(contact_of.values()), since=begin(caps, at), now=at)
    over: dict[UUID, Over] = {}
    for delivery_id in ids:
        contact_id = contact_of[delivery_id]
        found = exceeded(caps, got.get(contact_id, []), at=at)
        if found is not None:
            over[delivery_id] = found
        else:
            copy = Copy(at, mailing.channel, mailing.department, mailing.kind)
            got.setdefault(contact_id, []).append(copy)
    return over


def exceeded(caps: Iterable[FrequencyCap], got: Sequence[Copy], *, at: datetime) -> Over | None:
    """The cap that one more copy would break: one that suppresses, else the one that lasts longest."""
    latest: Over | None = None
    for cap in caps:
        since = at - timedelta(days=cap.days)
        counted = sorted(copy.at for copy in got if copy.at > since and counts(cap, copy))
        if len(counted) < cap.copies:
            continue
        if cap.over != POSTPONE or cap.copies == 0:
            return Over(cap.name, None)
        until = counted[-cap.copies] + timedelta(days=cap.days)
        if latest is None or latest.until is None or latest.until < until:
            latest = Over(cap.name, until)
    return latest


def take_turns(session: Session) -> None:
    """Wait until nobody else checks, and let nobody until the commit. SQLite's writers take turns anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_TURN)))


def copies(
    session: Session, contact_ids: Collection[UUID], *, since: datetime, now: datetime
) -> dict[UUID, list[Copy]]:
    """What each contact got since then. What is on its way counts as of ``now``."""
    recent = (deliveries.c.ended_at > since) | deliveries.c.ended_at.is_(None)
    rows = session.execute(
        select(
            deliveries.c.contact_id,
            deliveries.c.ended_at,
            mailings.c.channel,
            mailings.c.department,
            standings.c.kind,
        )
        .join(mailings, mailings.c.id == deliveries.c.mailing_id)
        .outerjoin(standings, standings.c.campaign_id == mailings.c.campaign_id)
        .where(_among(session, deliveries.c.contact_id, contact_ids), REACHED, recent)
        .where(deliveries.c.reason != RESENT)
    )
    got: dict[UUID, list[Copy]] = defaultdict(list)
    for contact_id, ended_at, channel, department, kind in rows:
        got[contact_id].append(Copy(ended_at or now, channel, department, kind or ""))
    return got


def begin(caps: Iterable[FrequencyCap], at: datetime) -> datetime:
    """From when on copies may count for any of these caps."""
    return at - timedelta(days=max(cap.days for cap in caps))


def _contacts(session: Session, ids: Collection[UUID]) -> dict[UUID, UUID]:
    rows = session.execute(
        select(deliveries.c.id, deliveries.c.contact_id).where(_among(session, deliveries.c.id, ids))
    )
    return {delivery_id: contact_id for delivery_id, contact_id in rows}


def _among(session: Session, column: Column[UUID], ids: Collection[UUID]) -> ColumnElement[bool]:
    """Whether a column is one of many; on PostgreSQL they travel as one parameter."""
    if session.get_bind().dialect.name != "postgresql":
        return column.in_(list(ids))
    array = "{" + ",".join(map(str, ids)) + "}"
    return column == func.any(cast(bindparam(None, array, Text), ARRAY(Uuid)))
