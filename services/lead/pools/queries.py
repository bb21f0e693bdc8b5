"""Reads of pools, and which leads lie in those that somebody may pick from."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import Forbidden
from services.lead.assignment.model import Rep
from services.lead.departments import find
from services.lead.leads.model import Lead
from services.lead.leads.states import NURTURE, STANDING_POOLS, State
from services.lead.pools.model import LeadPool, Picker
from services.lead.roles import READERS_OF_ALL

PICKABLE = (State.NEW.value, State.RETURNED.value, State.POOLED.value)
"""A lead that is laid aside is woken first."""


def pools(actor: Actor, **equal: Any) -> Select[LeadPool]:
    """The pools of the actor's departments."""
    return select(LeadPool).where(actor.scope(LeadPool.department)).filter_by(**equal)


def pools_to_pick_from(actor: Actor) -> Select[LeadPool]:
    """The pools that the actor may pick from himself."""
    return (
        select(LeadPool)
        .join(Rep, Rep.department == LeadPool.department)
        .where(actor.scope(LeadPool.department), Rep.subject == actor.subject, Rep.active, _admits())
    )


def listed_pools(actor: Actor, *, mine: bool = False, **equal: Any) -> Select[LeadPool]:
    """The pools of the actor's departments, or only those that he may pick from."""
    return _with(pools_to_pick_from(actor), equal) if mine else pools(actor, **equal)


def find_pool(session: Session, actor: Actor, pool_id: UUID) -> LeadPool:
    """Raises NotFound."""
    return find(session, actor, LeadPool, pool_id, what="pool")


def pool_codes(session: Session, department: str) -> frozenset[str]:
    """The pools that a lead may be put into: those it opened, and those that every department has."""
    opened = select(LeadPool.code).where(LeadPool.department == department, LeadPool.active)
    return frozenset(session.scalars(opened)) | frozenset(STANDING_POOLS) - {NURTURE}


def home_pools(session: Session, department: str) -> Sequence[LeadPool]:
    """The open pools of a product line or region, those of both first, then by code."""
    opened = select(LeadPool).where(
        LeadPool.department == department, LeadPool.active, or_(LeadPool.product != "", LeadPool.region != "")
    )
    found = session.scalars(opened.order_by(LeadPool.code)).all()
    return sorted(found, key=lambda pool: (not (pool.product and pool.region), not pool.product, pool.code))


def waiting_leads(pool: LeadPool) -> Select[Lead]:
    """What lies in a pool to be picked."""
    return select(Lead).where(
        Lead.department == pool.department, Lead.pool == pool.code, Lead.state.in_(PICKABLE)
    )


def shown_leads(session: Session, actor: Actor, pool: LeadPool) -> Select[Lead]:
    """What lies in a pool. Raises Forbidden for a rep who may not pick from it."""
    if not actor.administers and not actor.has(*READERS_OF_ALL):
        mine = pools_to_pick_from(actor).where(LeadPool.id == pool.id)
        if session.scalar(mine.with_only_columns(LeadPool.id)) is None:
            raise Forbidden(f"You do not pick from the pool {pool.code}")
    return waiting_leads(pool)


def may_pick(actor: Actor) -> ColumnElement[bool]:
    """A condition on leads: they lie in a pool that the actor may pick from."""
    admitted = (
        exists()
        .where(LeadPool.department == Lead.department, LeadPool.code == Lead.pool)
        .where(Rep.department == LeadPool.department, Rep.subject == actor.subject, Rep.active)
        .where(_admits())
    )
    return and_(Lead.pool.is_not(None), Lead.state.in_(PICKABLE), admitted)


def _with(found: Select[LeadPool], equal: Mapping[str, Any]) -> Select[LeadPool]:
    for name, value in equal.items():
        found = found.where(getattr(LeadPool, name) == value)
    return found


def _admits() -> ColumnElement[bool]:
    """As LeadPool.admits says it of one rep."""
    named = exists().where(Picker.pool_id == LeadPool.id)
    in_name = exists().where(Picker.pool_id == LeadPool.id, Picker.subject == Rep.subject)
    in_team = and_(LeadPool.team != "", LeadPool.team == Rep.team)
    everybody = and_(LeadPool.team == "", ~named)
    return and_(LeadPool.active, or_(everybody, in_team, in_name))
