"""Reads of the archive: the feed for other systems, and the facts that projections are folded from."""

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from sqlalchemy import Row, Select, or_, select

from chassis.auth import Actor
from chassis.database import Session
from services.reporting.archive.facts import Fact, campaign_of, decode_body
from services.reporting.archive.model import ArchivedEvent, ArchiveHead
from services.reporting.projections.model import Campaign

READ_AT_ONCE = 5000
"""Rows that a reader of the whole archive holds in memory."""

_FACT = (ArchivedEvent.position, ArchivedEvent.sequence, ArchivedEvent.type, ArchivedEvent.data)


def events(
    actor: Actor,
    *,
    after: int = 0,
    limit: int = 100,
    type: str | None = None,
    subject: str | None = None,
) -> Select[ArchivedEvent]:
    """At most ``limit`` events after a position that the actor may see, oldest first.

    An event belongs to the department it names and to the one of its campaign; what belongs to
    none is for those who see every department.
    """
    query = select(ArchivedEvent).where(ArchivedEvent.position > after)
    if type is not None:
        query = query.where(ArchivedEvent.type == type)
    if subject is not None:
        query = query.where(ArchivedEvent.subject == subject)
    if not actor.sees_everything:
        theirs = select(Campaign.campaign_id).where(actor.scope(Campaign.__table__.c.department))
        query = query.where(
            or_(actor.scope(ArchivedEvent.__table__.c.department), ArchivedEvent.campaign_id.in_(theirs))
        )
    return query.order_by(ArchivedEvent.position).limit(limit)


def events_of_campaign(
    campaign_id: UUID, types: Sequence[str], *, after: int, limit: int
) -> Select[ArchivedEvent]:
    """At most ``limit`` events of these types about a campaign after a position, oldest first."""
    return (
        select(ArchivedEvent)
        .where(ArchivedEvent.campaign_id == campaign_id, ArchivedEvent.type.in_(types))
        .where(ArchivedEvent.position > after)
        .order_by(ArchivedEvent.position)
        .limit(limit)
    )


def head(session: Session) -> int:
    """The last position given; 0 for an empty archive."""
    return session.scalar(select(ArchiveHead.position)) or 0


def next_after(
    events: Sequence[ArchivedEvent], *, head: int, after: int, limit: int, **_filters: object
) -> int:
    """Where a reader goes on who asked for ``limit`` events after a position and got ``events``.

    ``head`` was read before them: a batch that is not full has seen everything up to it.
    """
    if len(events) == limit:
        return events[-1].position
    return max(head, after, events[-1].position if events else 0)


def facts(session: Session, types: Collection[str]) -> Iterator[Fact]:
    """The archived events of ``types``, in order."""
    after = 0
    while rows := _read(session, types, after=after):
        after = rows[-1][0]
        for position, sequence, wire_type, data in rows:
            event = decode_body(wire_type, data)
            yield Fact(position, sequence, wire_type, campaign_of(event), event)


def _read(session: Session, types: Collection[str], *, after: int) -> Sequence[Row[int, int, str, str]]:
    query = select(*_FACT).where(ArchivedEvent.position > after, ArchivedEvent.type.in_(types))
    return session.execute(query.order_by(ArchivedEvent.position).limit(READ_AT_ONCE)).all()
