"""Reads of notices: one's own, or those of one's departments."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import NotFound
from services.outreach.notices.model import Notice


def own_notices(actor: Actor, *, kind: str | None = None) -> Select[Notice]:
    """What was sent to the actor, or is to be."""
    found = select(Notice).where(Notice.subject == actor.subject)
    return found if kind is None else found.where(Notice.kind == kind)


def notices(
    actor: Actor, *, state: str | None = None, kind: str | None = None, subject: str | None = None
) -> Select[Notice]:
    """The notices of the actor's departments."""
    given = {"state": state, "kind": kind, "subject": subject}
    found = select(Notice).where(actor.scope(Notice.department))
    return found.filter_by(**{name: value for name, value in given.items() if value is not None})


def notice_for_update(session: Session, actor: Actor, notice_id: UUID) -> Notice:
    """One of them, locked. Raises NotFound."""
    found = session.scalar(notices(actor).where(Notice.id == notice_id).with_for_update())
    if found is None:
        raise NotFound("notice", notice_id)
    return found
