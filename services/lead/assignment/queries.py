"""Reads of reps and rule sets."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import NotFound
from services.lead.assignment.model import Rep, RuleSet


def reps(actor: Actor, **equal: Any) -> Select[Rep]:
    """The reps of the actor's departments."""
    return select(Rep).where(actor.scope(Rep.department)).filter_by(**equal)


def find_rep(session: Session, actor: Actor, rep_id: UUID) -> Rep:
    """Raises NotFound."""
    rep = session.get(Rep, rep_id)
    if rep is None or not actor.may_see(rep.department):
        raise NotFound("rep", rep_id)
    return rep


def rule_sets(actor: Actor, **equal: Any) -> Select[RuleSet]:
    """The rule sets of the actor's departments, whatever their number."""
    return select(RuleSet).where(actor.scope(RuleSet.department)).filter_by(**equal)


def find_rule_set(session: Session, actor: Actor, rule_set_id: UUID) -> RuleSet:
    """Raises NotFound."""
    found = session.get(RuleSet, rule_set_id)
    if found is None or not actor.may_see(found.department):
        raise NotFound("rule set", rule_set_id)
    return found
