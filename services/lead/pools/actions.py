"""Opening and changing pools."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Invalid
from chassis.outbox import publish
from contracts.lead import LeadpoolSaved
from services.lead.assignment.desk import active_reps, active_rules
from services.lead.leads.states import NURTURE
from services.lead.pools.model import LeadPool
from services.lead.pools.queries import waiting_leads


def open_pool(
    session: Session, actor: Actor, *, department: str, code: str, pickers: list[str], **basics: Any
) -> LeadPool:
    """Open a pool. Raises Forbidden, Invalid for pickers who are no reps, Conflict for a code in use."""
    actor.require_department(department)
    if code == NURTURE:
        raise Invalid({"code": ["Leads that are laid aside are not picked"]})
    if session.scalar(select(LeadPool.id).where(LeadPool.department == department, LeadPool.code == code)):
        raise Conflict(f"{department} has a pool {code} already")
    _check_pickers(session, department, pickers)
    pool = LeadPool(department=department, code=code, created_by=actor.subject, created_at=now(), **basics)
    pool.name_pickers(pickers)
    session.add(pool)
    _tell_saved(session, actor, pool)
    return pool


def change_pool(session: Session, actor: Actor, *, pool: LeadPool, **changes: Any) -> LeadPool:
    """Change a pool, or close it (``active`` false). Raises Invalid, Conflict while it is in use."""
    if changes.get("active") is False and pool.active:
        _require_unused(session, pool)
    pickers = changes.pop("pickers", None)
    if pickers is not None:
        _check_pickers(session, pool.department, pickers)
        pool.name_pickers(pickers)
    for name, value in changes.items():
        setattr(pool, name, value)
    _tell_saved(session, actor, pool)
    return pool


def _require_unused(session: Session, pool: LeadPool) -> None:
    if session.scalar(waiting_leads(pool).limit(1)) is not None:
        raise Conflict(f"Leads lie in the pool {pool.code}; assign them, or put them into another one")
    if any(rule.pool == pool.code for rule in active_rules(session, pool.department).rules):
        raise Conflict(f"The rules in force name the pool {pool.code}")


def _check_pickers(session: Session, department: str, pickers: list[str]) -> None:
    known = {rep.subject for rep in active_reps(session, department)} if pickers else set()
    if strangers := sorted(set(pickers) - known):
        raise Invalid({"pickers": [f"No active sales rep of {department}: {', '.join(strangers)}"]})


def _tell_saved(session: Session, actor: Actor, pool: LeadPool) -> None:
    event = LeadpoolSaved(
        leadpool_id=pool.id,
        department=pool.department,
        code=pool.code,
        name=pool.name,
        product=pool.product,
        region=pool.region,
        active=pool.active,
        by=actor.subject,
        at=now(),
    )
    publish(session, pool, event)
