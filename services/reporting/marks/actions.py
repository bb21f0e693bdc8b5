"""Set a mark behind everything that was published before it."""

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.outbox import publish
from contracts.reporting import FeedMarkSet
from services.reporting.marks.model import FeedMark


def set_mark(session: Session, actor: Actor) -> FeedMark:
    """Send a mark the way that all events go to the archive."""
    mark = FeedMark(asked_by=actor.subject, asked_at=now())
    session.add(mark)
    publish(session, mark, FeedMarkSet(mark_id=mark.id, asked_by=mark.asked_by, asked_at=mark.asked_at))
    return mark
