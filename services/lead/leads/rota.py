"""Whose turn it is: the active rep of the lead's department who has waited longest, by name among equals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.errors import Conflict, Invalid
from services.lead.leads.model import Rep


@dataclass(frozen=True)
class Choice:
    """A rep, and which rule or person chose them."""

    rep: Rep
    why: str


def active_reps(session: Session, department: str) -> Sequence[Rep]:
    """The active reps of a department, locked all together.

    Locking only the next one would give him to everybody who waits for the lock: the order is not
    looked at again once it is free.
    """
    found = select(Rep).where(Rep.department == department, Rep.active).order_by(Rep.id).with_for_update()
    return session.scalars(found, execution_options={"populate_existing": True}).all()


def choose(reps: Sequence[Rep], *, department: str) -> Choice:
    """By turn. Raises Conflict when there is nobody."""
    if not reps:
        raise Conflict(f"Department {department} has no active sales rep")
    rep = min(reps, key=lambda rep: (rep.turn, rep.name, rep.subject))
    return Choice(rep, f"round robin: longest without a lead of {len(reps)} active in {department}")


def named(reps: Sequence[Rep], *, assignee: str, chosen_by: str) -> Choice:
    """By hand. Raises Invalid when ``assignee`` is not among them."""
    for rep in reps:
        if rep.subject == assignee:
            return Choice(rep, f"chosen by {chosen_by}")
    raise Invalid({"assignee": ["Is not an active sales rep of the lead's department"]})


def take_turn(rep: Rep, reps: Sequence[Rep], *, at: datetime) -> None:
    """Put ``rep`` behind all others of the department."""
    rep.turn = max(one.turn for one in reps) + 1
    rep.last_assigned_at = at
