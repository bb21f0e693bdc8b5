"""Reads of reps and rule sets."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from services.lead.assignment.model import Rep, RuleSet
from services.lead.departments import find


def reps(actor: Actor, **equal: Any) -> Select[Rep]:
    """The reps of the actor's departments."""
    return select(Rep).where(actor.scope(Rep.department)).filter_by(**equal)


def find_rep(session: Session, actor: Actor, rep_id: UUID) -> Rep:
    """Raises NotFound."""
    return find(session, actor, Rep, rep_id, what="rep")


def rule_sets(actor: Actor, **equal: Any) -> Select[RuleSet]:
    """The rule sets of the actor's departments, whatever their number."""
    return select(RuleSet).where(actor.scope(RuleSet.department)).filter_by(**equal)


def find_rule_set(session: Session, actor: Actor, rule_set_id: UUID) -> RuleSet:
    """Raises NotFound."""
    return find(session, actor, RuleSet, rule_set_id, what="rule set")
