"""Writes to reps: who takes part in the round robin."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict
from services.lead.leads.model import Rep


def add_rep(session: Session, actor: Actor, *, subject: str, name: str, department: str) -> Rep:
    """Let a rep take part in the round robin. Raises Forbidden, and Conflict when he already does."""
    actor.require_department(department)
    if session.scalar(select(Rep.id).where(Rep.department == department, Rep.subject == subject)):
        raise Conflict(f"{subject} is a sales rep of {department} already")
    rep = Rep(subject=subject, name=name, department=department, active=True, turn=0, created_at=now())
    session.add(rep)
    return rep


def change_rep(session: Session, *, rep: Rep, **changes: Any) -> Rep:
    """Rename a rep, or let him pause (``active`` false)."""
    for name, value in changes.items():
        setattr(rep, name, value)
    rep.version += 1
    return rep
