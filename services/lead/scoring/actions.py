"""Writes to scoring rules."""

from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.outbox import publish
from contracts.lead import Band, ScoringSaved
from services.lead.scoring.model import Scoring, bands_of


def add_scoring(
    session: Session, actor: Actor, *, department: str, active: bool = True, **design: Any
) -> Scoring:
    """Make a set of rules. One that is in force puts the one before it aside. Raises Forbidden."""
    actor.require_department(department)
    if active:
        _put_aside(session, actor, department)
    scoring = Scoring(
        department=department, active=active, changed_by=actor.subject, changed_at=now(), **design
    )
    session.add(scoring)
    _tell(session, actor, scoring)
    return scoring


def change_scoring(session: Session, actor: Actor, *, scoring: Scoring, **changes: Any) -> Scoring:
    """Change rules or bands, put the set aside, or in force again."""
    if changes.get("active") and not scoring.active:
        _put_aside(session, actor, scoring.department)
    for name, value in changes.items():
        setattr(scoring, name, value)
    _tell(session, actor, scoring)
    return scoring


def _put_aside(session: Session, actor: Actor, department: str) -> None:
    in_force = select(Scoring).where(Scoring.department == department, Scoring.active)
    for scoring in session.scalars(in_force.with_for_update()):
        scoring.active = False
        _tell(session, actor, scoring)
    session.flush()


def _tell(session: Session, actor: Actor, scoring: Scoring) -> None:
    scoring.changed_by, scoring.changed_at = actor.subject, now()
    bands = [{"grade": one.grade, "points": one.points} for one in bands_of(scoring.bands)]
    event = ScoringSaved(
        scoring_id=scoring.id,
        department=scoring.department,
        name=scoring.name,
        rules=len(scoring.rules),
        bands=msgspec.convert(bands, list[Band]),
        active=scoring.active,
        by=actor.subject,
        at=scoring.changed_at,
    )
    publish(session, scoring, event)
