"""Reads of runs, and which leads one is about."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from services.lead.departments import find
from services.lead.leads.model import Lead
from services.lead.leads.states import LYING, OWNED, State
from services.lead.reassignment.model import ReassignedLead, Reassignment

GIVEABLE = tuple(state.value for state in (*OWNED, *LYING) if state is not State.NURTURED)
"""States from which a lead is given to somebody. One that is laid aside is woken first."""

_EQUAL = ("assignee", "pool", "region", "source")


def reassignments(actor: Actor, **equal: Any) -> Select[Reassignment]:
    """The runs of the actor's departments."""
    return select(Reassignment).where(actor.scope(Reassignment.department)).filter_by(**equal)


def find_reassignment(session: Session, actor: Actor, run_id: UUID, *, locked: bool = False) -> Reassignment:
    """Raises NotFound."""
    return find(session, actor, Reassignment, run_id, what="reassignment", lock=locked)


def results(run: Reassignment, *, outcome: str | None = None) -> Select[ReassignedLead]:
    """What became of each lead so far."""
    found = select(ReassignedLead).where(ReassignedLead.run_id == run.id)
    return found if outcome is None else found.where(ReassignedLead.outcome == outcome)


def chosen_leads(department: str, chosen: Mapping[str, Any]) -> Select[Lead]:
    """The leads that a run's ``chosen`` names, as things stand."""
    return select(Lead).where(Lead.department == department, *_conditions(chosen)).order_by(Lead.id)


def next_leads(session: Session, run: Reassignment, *, limit: int) -> Sequence[Lead]:
    """The next leads of a run, locked in the order of their ids as everybody locks them."""
    found = chosen_leads(run.department, run.chosen).where(Lead.id <= run.ceiling)
    if run.after is not None:
        found = found.where(Lead.id > run.after)
    return session.scalars(found.limit(limit).with_for_update()).all()


def count_leads(session: Session, department: str, chosen: Mapping[str, Any], *, ceiling: UUID) -> int:
    """How many there are."""
    found = chosen_leads(department, chosen).where(Lead.id <= ceiling).order_by(None)
    return session.scalar(found.with_only_columns(func.count())) or 0


def _conditions(chosen: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    states = chosen.get("states") or GIVEABLE
    found: list[ColumnElement[bool]] = [Lead.state.in_(states)]
    found += [getattr(Lead, name) == chosen[name] for name in _EQUAL if chosen.get(name)]
    if chosen.get("grade"):
        found.append(Lead.grade == chosen["grade"])
    if chosen.get("campaign_id"):
        found.append(Lead.campaign_id == UUID(chosen["campaign_id"]))
    if chosen.get("lead_ids"):
        found.append(Lead.id.in_([UUID(one) for one in chosen["lead_ids"]]))
    return found
