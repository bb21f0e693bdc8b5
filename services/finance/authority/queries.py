"""Reads of authorities and delegations."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from services.finance.access import READERS
from services.finance.authority.model import Authority, Delegation
from services.finance.authority.seats import Seat
from services.finance.finding import find


def authorities(
    actor: Actor,
    *,
    person: str | None = None,
    kind: str | None = None,
    department: str | None = None,
    current: bool = False,
) -> Select[Authority]:
    """Authorities for the actor's departments and for all departments; ``current``: those in force now."""
    found = select(Authority).where(or_(Authority.department.is_(None), actor.scope(_of_authority())))
    if person is not None:
        found = found.where(Authority.person == person)
    if kind is not None:
        found = found.where(or_(Authority.kind.is_(None), Authority.kind == kind))
    if department is not None:
        found = found.where(or_(Authority.department.is_(None), Authority.department == department))
    return found.where(_in_force(now())) if current else found


def authority(session: Session, actor: Actor, authority_id: UUID, *, locked: bool = False) -> Authority:
    """One authority. Raises NotFound."""
    return find(session, authorities(actor), Authority, authority_id, what="authority", lock=locked)


def held_by(session: Session, persons: Sequence[str]) -> Sequence[Authority]:
    """All that these people may approve or ever might."""
    return session.scalars(select(Authority).where(Authority.person.in_(sorted(set(persons))))).all()


def delegations(
    actor: Actor, *, delegator: str | None = None, delegate: str | None = None, current: bool = False
) -> Select[Delegation]:
    """Delegations: everybody sees those that name him, readers with every department see all of them."""
    found = select(Delegation)
    if not (actor.sees_everything and (actor.administers or actor.has(*READERS))):
        mine = or_(Delegation.delegator == actor.subject, Delegation.delegate == actor.subject)
        found = found.where(mine)
    if delegator is not None:
        found = found.where(Delegation.delegator == delegator)
    if delegate is not None:
        found = found.where(Delegation.delegate == delegate)
    return found.where(_runs(now())) if current else found


def delegation(session: Session, actor: Actor, delegation_id: UUID, *, locked: bool = False) -> Delegation:
    """One delegation. Raises NotFound."""
    return find(session, delegations(actor), Delegation, delegation_id, what="delegation", lock=locked)


def seats_of(session: Session, actor: Actor, *, at: datetime) -> list[Seat]:
    """The seats that the actor may decide from now, his own first."""
    lent = session.scalars(
        select(Delegation).where(Delegation.delegate == actor.subject, _runs(at)).order_by(Delegation.id)
    )
    return [Seat.own(actor), *map(Seat.delegated, lent)]


def absent(session: Session, persons: Sequence[str], *, at: datetime) -> frozenset[str]:
    """Who of these people is away now and has nobody who stands in."""
    if not persons:
        return frozenset()
    away = select(Delegation.delegator).where(
        Delegation.delegator.in_(sorted(set(persons))), Delegation.delegate.is_(None), _runs(at)
    )
    return frozenset(session.scalars(away))


def _of_authority() -> ColumnElement[str]:
    return Authority.__table__.c.department


def _in_force(at: datetime) -> ColumnElement[bool]:
    return and_(Authority.valid_from <= at, or_(Authority.valid_until.is_(None), Authority.valid_until > at))


def _runs(at: datetime) -> ColumnElement[bool]:
    return and_(Delegation.valid_from <= at, Delegation.valid_until > at)
