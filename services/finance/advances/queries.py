"""Reads of advances. Who holds a reading role sees those of his departments, everybody else only his own."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from services.finance.access import READERS
from services.finance.advances.model import Advance
from services.finance.finding import find


def advances(
    actor: Actor,
    *,
    state: str | None = None,
    person: str | None = None,
    campaign_id: UUID | None = None,
    older_than_days: int | None = None,
) -> Select[Advance]:
    """The advances that the actor may see. Their age counts from payment, or else from the request."""
    found = select(Advance).where(actor.scope(Advance.department))
    if not actor.administers and not actor.has(*READERS):
        found = found.where(Advance.person == actor.subject)
    if state is not None:
        found = found.where(Advance.state == state)
    if person is not None:
        found = found.where(Advance.person == person)
    if campaign_id is not None:
        found = found.where(Advance.campaign_id == campaign_id)
    if older_than_days is not None:
        since = now() - timedelta(days=older_than_days)
        found = found.where(func.coalesce(Advance.paid_at, Advance.requested_at) < since)
    return found


def advance(session: Session, actor: Actor, advance_id: UUID, *, locked: bool = False) -> Advance:
    """One advance, ``locked`` until the transaction ends or not. Raises NotFound."""
    return find(session, advances(actor), Advance, advance_id, what="advance", lock=locked)


def open_for_update(session: Session, purses: Collection[tuple[str, UUID, str]]) -> Sequence[Advance]:
    """What people have in advance, by person, budget and currency: the oldest first, locked in that order."""
    purse = tuple_(Advance.person, Advance.budget_id, Advance.currency)
    found = select(Advance).where(purse.in_(purses), Advance.state == "paid")
    locked = found.order_by(Advance.id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(locked).all()
