"""Reads of the archive: the feed for other systems, and the facts that projections are folded from."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import Conflict
from services.reporting.archive.facts import Fact, campaign_of, decode_body
from services.reporting.archive.model import ArchivedEvent, ArchiveHead, DetachedMonth
from services.reporting.projections.model import Campaign, EventSource

READ_AT_ONCE = 5000
"""Rows that a reader of the whole archive holds in memory."""

_FACT = (ArchivedEvent.position, ArchivedEvent.sequence, ArchivedEvent.type, ArchivedEvent.data)


def events(
    actor: Actor,
    *,
    after: int = 0,
    limit: int = 100,
    type: Collection[str] = (),
    subject: Collection[str] = (),
    **_more: object,
) -> Select[ArchivedEvent]:
    """At most ``limit`` events after a position that the actor may see, oldest first.

    ``type`` names types, or with a star at the end the beginning of some.

    An event belongs to the department it names and to the one of its campaign; what belongs to
    none is for those who see every department.
    """
    query = select(ArchivedEvent).where(ArchivedEvent.position > after)
    if type:
        exact = ArchivedEvent.type.in_([one for one in type if not one.endswith("*")])
        begun = (
            ArchivedEvent.type.startswith(one.rstrip("*"), autoescape=True)
            for one in type
            if one.endswith("*")
        )
        query = query.where(or_(exact, *begun))
    if subject:
        query = query.where(ArchivedEvent.subject.in_(subject))
    if not actor.sees_everything:
        theirs = select(Campaign.campaign_id).where(actor.scope(Campaign.__table__.c.department))
        query = query.where(
            or_(actor.scope(ArchivedEvent.__table__.c.department), ArchivedEvent.campaign_id.in_(theirs))
        )
    return query.order_by(ArchivedEvent.position).limit(limit)


def events_of_campaign(
    campaign_id: UUID, types: Sequence[str], *, after: int, limit: int, at: datetime | None = None
) -> Select[ArchivedEvent]:
    """At most ``limit`` events of these types about a campaign after a position, oldest first.

    With ``at`` only those that had happened by then.
    """
    query = select(ArchivedEvent).where(
        ArchivedEvent.campaign_id == campaign_id,
        ArchivedEvent.type.in_(types),
        ArchivedEvent.position > after,
    )
    if at is not None:
        query = query.where(ArchivedEvent.time <= at)
    return query.order_by(ArchivedEvent.position).limit(limit)


def head(session: Session) -> int:
    """The last position given; 0 for an empty archive."""
    return session.scalar(select(ArchiveHead.position)) or 0


def last_position(session: Session) -> int:
    """The position of the last event; the head may have skipped some behind it."""
    query = select(ArchivedEvent.position).order_by(ArchivedEvent.position.desc())
    return session.scalar(query.limit(1)) or 0


def next_after(
    events: Sequence[ArchivedEvent], *, head: int, after: int, limit: int, **_filters: object
) -> int:
    """Where a reader goes on who asked for ``limit`` events after a position and got ``events``.

    ``head`` was read before them: a batch that is not full has seen everything up to it.
    """
    if len(events) == limit:
        return events[-1].position
    return max(head, after, events[-1].position if events else 0)


def facts(session: Session, types: Collection[str], *, after: int = 0) -> Iterator[Fact]:
    """The archived events of ``types`` after a position, in order."""
    return _pages(session, select(*_FACT).where(ArchivedEvent.type.in_(sorted(types))), after=after)


def facts_of_campaign(
    session: Session, campaign_id: UUID, types: Collection[str], *, at: datetime
) -> Iterator[Fact]:
    """What had happened about a campaign up to a moment, in order, a lead's whole story included.

    A lead may have gone from one campaign to another: what was said of it before or after under another
    one decides with which it counts.
    """
    theirs = ArchivedEvent.campaign_id == campaign_id
    leads = select(ArchivedEvent.subject).where(theirs, ArchivedEvent.type.like("lead.%"))
    elsewhere = ArchivedEvent.subject.in_(leads) & (ArchivedEvent.campaign_id.is_distinct_from(campaign_id))
    for which in (theirs, elsewhere):
        query = select(*_FACT).where(which, ArchivedEvent.type.in_(sorted(types)), ArchivedEvent.time <= at)
        yield from _pages(session, query)


def first_position(session: Session, campaign_id: UUID) -> int:
    """Before which position nothing was told of a campaign, as its projected rows remember."""
    query = select(func.min(EventSource.first_position)).where(EventSource.campaign_id == campaign_id)
    return (session.scalar(query) or 1) - 1


def check_complete(session: Session, *, after: int, incomplete: bool, **_more: object) -> None:
    """Raises Conflict where months with events after a position were taken out, unless that is accepted."""
    if not incomplete and (missing := detached_after(session, after)):
        months = ", ".join(one.month for one in missing)
        last = max(one.last_position for one in missing)
        raise Conflict(
            f"The archive lacks {months}, whose events end at position {last}; incomplete=true reads the rest"
        )


def detached_after(session: Session, position: int) -> Sequence[DetachedMonth]:
    """The months taken out of the archive that had events after ``position``."""
    query = select(DetachedMonth).where(DetachedMonth.last_position > position, DetachedMonth.events > 0)
    return session.scalars(query.order_by(DetachedMonth.month)).all()


def _pages(session: Session, query: Select[int, int, str, str], *, after: int = 0) -> Iterator[Fact]:
    query = query.order_by(ArchivedEvent.position).limit(READ_AT_ONCE)
    while rows := session.execute(query.where(ArchivedEvent.position > after)).all():
        after = rows[-1][0]
        for position, sequence, wire_type, data in rows:
            event = decode_body(wire_type, data)
            yield Fact(position, sequence, wire_type, campaign_of(event), event)
