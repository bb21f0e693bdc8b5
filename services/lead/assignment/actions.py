"""Writes to reps and rule sets."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Invalid
from chassis.outbox import publish
from contracts.lead import RepSaved, RulesetPublished
from services.lead.assignment.desk import active_reps, lock_desk
from services.lead.assignment.hours import Hours
from services.lead.assignment.model import Rep, RuleSet
from services.lead.handover.leaving import require_nothing_open
from services.lead.pools.queries import pool_codes


def add_rep(
    session: Session, actor: Actor, *, subject: str, name: str, department: str, **profile: Any
) -> Rep:
    """Let a rep take leads. Raises Forbidden, Invalid for impossible hours, Conflict when he does already."""
    actor.require_department(department)
    if session.scalar(select(Rep.id).where(Rep.department == department, Rep.subject == subject)):
        raise Conflict(f"{subject} is a sales rep of {department} already")
    rep = Rep(subject=subject, name=name, department=department, created_at=now(), **profile)
    check_hours(rep)
    session.add(rep)
    _tell_saved(session, actor, rep)
    return rep


def change_rep(session: Session, actor: Actor, *, rep: Rep, **changes: Any) -> Rep:
    """Change a profile, or take the rep out (``active`` false), which waits until nothing is open with him.

    Raises Conflict while something is, Invalid for hours that are none.
    """
    if changes.get("active") is False and rep.active:
        lock_desk(session, rep.department)
        session.refresh(rep, with_for_update=True)
        require_nothing_open(session, rep)
    for name, value in changes.items():
        setattr(rep, name, value)
    check_hours(rep)
    _tell_saved(session, actor, rep)
    return rep


def check_hours(rep: Rep) -> None:
    """Raises Invalid where spans overlap or end before they begin, or an absence does."""
    faults: dict[str, list[str]] = {}
    hours = Hours.of(rep.time_zone, rep.working_hours, rep.absences)
    for day, kept in zip(rep.working_hours, _ordered(rep.working_hours), strict=True):
        if any(starts >= ends for starts, ends in kept):
            faults[f"working_hours.{day}"] = ["Each span must end after it begins"]
        elif any(a[1] > b[0] for a, b in zip(kept, kept[1:], strict=False)):
            faults[f"working_hours.{day}"] = ["Spans must not overlap"]
    if any(starts >= ends for starts, ends in hours.absences):
        faults["absences"] = ["Each must end after it begins"]
    if faults:
        raise Invalid(faults)


def publish_rules(
    session: Session, actor: Actor, *, department: str, rules: Sequence[dict[str, Any]], note: str = ""
) -> RuleSet:
    """Put the next version of a department's rules in force. Raises Forbidden, Invalid naming the rule."""
    actor.require_department(department)
    _check_rules(session, department, rules)
    highest = select(func.max(RuleSet.number)).where(RuleSet.department == department)
    number = (session.scalar(highest) or 0) + 1
    made = RuleSet(
        department=department,
        number=number,
        note=note,
        rules=list(rules),
        active=False,
        published_by=actor.subject,
        published_at=now(),
    )
    session.add(made)
    return activate_rules(session, actor, rule_set=made)


def activate_rules(session: Session, actor: Actor, *, rule_set: RuleSet) -> RuleSet:
    """Put a version in force in place of the present one. Raises Conflict when it is in force."""
    if rule_set.active:
        raise Conflict(f"Version {rule_set.number} is in force")
    current = select(RuleSet).where(RuleSet.department == rule_set.department, RuleSet.active)
    for other in session.scalars(current.with_for_update()):
        other.active = False
        _tell_published(session, actor, other)
    session.flush()
    rule_set.active = True
    _tell_published(session, actor, rule_set)
    return rule_set


def _check_rules(session: Session, department: str, rules: Sequence[dict[str, Any]]) -> None:
    """Whoever and whatever rules name must be there, and each code once."""
    known = active_reps(session, department)
    subjects, teams = {rep.subject for rep in known}, {rep.team for rep in known}
    pools = pool_codes(session, department)
    seen: set[str] = set()
    faults: dict[str, list[str]] = {}
    for number, rule in enumerate(rules):
        field = f"rules.{number}"
        if rule["code"] in seen:
            faults[f"{field}.code"] = [f"{rule['code']} is used twice"]
        seen.add(rule["code"])
        if strangers := sorted(set(rule["reps"]) - subjects):
            faults[f"{field}.reps"] = [f"No active sales rep of {department}: {', '.join(strangers)}"]
        if rule["team"] and rule["team"] not in teams:
            faults[f"{field}.team"] = [f"No active sales rep of {department} is in it"]
        if rule["pool"] and rule["pool"] not in pools:
            faults[f"{field}.pool"] = [f"{department} has no such pool"]
    if faults:
        raise Invalid(faults)


def _ordered(week: dict[str, list[list[str]]]) -> list[list[tuple[str, str]]]:
    """The spans of each day in order; texts of the form HH:MM sort as times do."""
    return [sorted((one[0], one[1]) for one in spans) for spans in week.values()]


def _tell_saved(session: Session, actor: Actor, rep: Rep) -> None:
    event = RepSaved(
        rep_id=rep.id,
        subject=rep.subject,
        name=rep.name,
        department=rep.department,
        team=rep.team,
        active=rep.active,
        by=actor.subject,
        at=now(),
    )
    publish(session, rep, event)


def _tell_published(session: Session, actor: Actor, rule_set: RuleSet) -> None:
    event = RulesetPublished(
        ruleset_id=rule_set.id,
        department=rule_set.department,
        number=rule_set.number,
        rules=len(rule_set.rules),
        active=rule_set.active,
        by=actor.subject,
        at=now(),
    )
    publish(session, rule_set, event)
