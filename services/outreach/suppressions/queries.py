"""Reading suppressions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select

from chassis.auth import Actor
from chassis.database import Session
from services.outreach.suppressions.model import Suppression


def standing(session: Session, contact_id: UUID, channel: str) -> Suppression | None:
    """The suppression of a contact on a channel, if there is one."""
    return session.scalars(
        select(Suppression).where(Suppression.contact_id == contact_id, Suppression.channel == channel)
    ).one_or_none()


def of_contact(session: Session, contact_id: UUID) -> Sequence[Suppression]:
    """Every suppression of a contact."""
    return session.scalars(select(Suppression).where(Suppression.contact_id == contact_id)).all()


def suppressions(
    actor: Actor, *, contact_id: UUID | None = None, channel: str | None = None
) -> Select[Suppression]:
    """The suppressions that the actor may see."""
    rows = select(Suppression).where(actor.scope(Suppression.department))
    if contact_id is not None:
        rows = rows.where(Suppression.contact_id == contact_id)
    return rows if channel is None else rows.where(Suppression.channel == channel)
