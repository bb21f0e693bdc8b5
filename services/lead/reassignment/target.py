"""Who gets the leads of a run: whom rules choose, named reps in turn, or each lead somebody by name.

Working hours are left aside: what is given at night waits until the morning. Named reps get their leads
whatever they take otherwise, as when somebody hands them over in person.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import Invalid
from services.lead.assignment.choosing import Profile
from services.lead.assignment.desk import Desk, active_reps, compiled
from services.lead.assignment.hours import Hours
from services.lead.assignment.model import Rep, RuleSet
from services.lead.assignment.queries import rule_sets
from services.lead.assignment.rules import Rule, RuleIndex
from services.lead.reassignment.model import Reassignment


def desk_of(
    session: Session, run: Reassignment, *, opened: Counter[str] | None = None, lock: bool = True
) -> Desk:
    """The desk that chooses for a run. ``opened`` are the reps' open leads, if they were just counted."""
    rules = _rules(session, run)
    return Desk(session, run.department, rules=rules, whom=_whom(run), opened=opened, lock=lock)


def named(target: Mapping[str, Any]) -> list[str]:
    """The reps whom a target names, each once."""
    explicit = [one["assignee"] for one in target.get("assignments") or ()]
    return sorted({*(target.get("reps") or ()), *explicit})


def check_target(session: Session, actor: Actor, *, department: str, target: Mapping[str, Any]) -> None:
    """Raises Invalid where somebody named is no active rep of the department, or no such rules are there."""
    known = {rep.subject for rep in active_reps(session, department)}
    if strangers := sorted(set(named(target)) - known):
        raise Invalid({"reps": [f"No active sales rep of {department}: {', '.join(strangers)}"]})
    rule_set_id = target.get("rule_set_id")
    if rule_set_id:
        mine = rule_sets(actor, id=UUID(rule_set_id), department=department)
        if session.scalar(mine.with_only_columns(RuleSet.id)) is None:
            raise Invalid({"rule_set_id": [f"{department} has no such rules"]})


def explicit(run: Reassignment) -> dict[UUID, str]:
    """Who gets which lead by name."""
    return {UUID(one["lead_id"]): one["assignee"] for one in run.target.get("assignments") or ()}


def turn_of(run: Reassignment) -> str:
    """Under which code the run keeps whose turn it is."""
    return f"run:{run.id}"


def _rules(session: Session, run: Reassignment) -> RuleIndex | None:
    target = run.target
    if target.get("reps"):
        reps: Sequence[str] = target["reps"]
        name = "handed over" if run.kind == "transfer" else "given anew"
        return RuleIndex([Rule(code=turn_of(run), name=name, by=target["by"], reps=tuple(reps))])
    if target.get("rule_set_id"):
        return compiled(session, UUID(target["rule_set_id"]))
    return None


def _whom(run: Reassignment) -> Callable[[Rep], Profile]:
    if run.target.get("reps"):
        return lambda rep: Profile(subject=rep.subject, weight=rep.weight)
    return _at_any_hour


def _at_any_hour(rep: Rep) -> Profile:
    known = rep.profile
    return replace(known, hours=Hours(known.hours.zone, absences=known.hours.absences))
