"""Telling others how a source stands."""

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.outbox import publish
from contracts.lead import SourceSaved
from services.lead.sources.model import Source


def tell_saved(session: Session, actor: Actor, source: Source) -> None:
    """Publish a source as it now stands; its version goes up by one."""
    event = SourceSaved(
        source_id=source.id,
        department=source.department,
        code=source.code,
        name=source.name,
        kind=source.kind,
        parent_id=source.parent_id,
        retired=source.retired,
        by=actor.subject,
        at=now(),
    )
    publish(session, source, event)
