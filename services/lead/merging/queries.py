"""Reads of merges."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import Conflict
from services.lead.departments import find
from services.lead.merging.model import Merge


def merges(
    actor: Actor,
    *,
    contact_id: UUID | None = None,
    customer_id: UUID | None = None,
    undone: bool | None = None,
    **equal: Any,
) -> Select[Merge]:
    """The merges of the actor's departments, perhaps those in which a contact or customer took part."""
    found = select(Merge).where(actor.scope(Merge.department)).filter_by(**equal)
    for one in (contact_id, customer_id):
        if one is not None:
            found = found.where(or_(Merge.survivor_id == one, Merge.loser_id == one))
    if undone is not None:
        found = found.where(Merge.undone_at.is_not(None) == undone)
    return found


def find_merge(session: Session, actor: Actor, merge_id: UUID, *, lock: bool = False) -> Merge:
    """Raises NotFound, for one of a foreign department too."""
    return find(session, actor, Merge, merge_id, what="merge", lock=lock)


def require_last(session: Session, merge: Merge) -> None:
    """Raises Conflict for a merge that was undone, or that a later one of the same two builds on."""
    if merge.undone_at is not None:
        raise Conflict("The merge is undone already")
    both = (merge.survivor_id, merge.loser_id)
    later = select(Merge.id).where(
        or_(Merge.survivor_id.in_(both), Merge.loser_id.in_(both)),
        Merge.undone_at.is_(None),
        Merge.id > merge.id,
    )
    if (found := session.scalar(later.order_by(Merge.id.desc()).limit(1))) is not None:
        raise Conflict(f"A later merge builds on it, which must be undone first: {found}")
