"""How far a mark has come."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import NotFound
from chassis.inbox import State, held_events
from services.reporting.archive.model import ArchivedEvent
from services.reporting.marks.model import FeedMark

QUEUE = "reporting.facts"

_dead = held_events.alias("dead")
_BLOCKED = exists().where(
    _dead.c.stream == held_events.c.stream,
    _dead.c.position <= held_events.c.position,
    _dead.c.state == State.DEAD,
)
_HELD = select(func.count(), func.count().filter(_BLOCKED)).where(held_events.c.queue == QUEUE)


@dataclass(frozen=True)
class Reached:
    """A mark with its position in the archive, None until it is there.

    ``held`` events are those that reporting has received and could not archive yet. The ``blocked`` ones of
    them do not come by themselves: they are dead, or stand behind a dead one of their stream.
    """

    id: UUID
    asked_at: datetime
    position: int | None
    held: int
    blocked: int


def reached(session: Session, actor: Actor, mark_id: UUID) -> Reached:
    """One of the actor's marks. Raises NotFound."""
    mark = session.get(FeedMark, mark_id)
    if mark is None or not (mark.asked_by == actor.subject or actor.administers):
        raise NotFound("mark", mark_id)
    position = select(ArchivedEvent.position).where(ArchivedEvent.subject == f"feedmark/{mark_id}")
    held, blocked = session.execute(_HELD).one()
    return Reached(mark.id, mark.asked_at, session.scalar(position), held, blocked)
