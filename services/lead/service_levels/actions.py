"""Writes to calendars and service levels."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Invalid
from chassis.outbox import publish
from contracts.lead import CalendarSaved, LevelSaved, SpecialDay, Step, Target
from services.lead.clocks.rescheduling import look_again
from services.lead.service_levels import queries
from services.lead.service_levels.model import Calendar, CalendarDay, ServiceLevel, SubjectKind


def add_calendar(session: Session, actor: Actor, *, department: str, code: str, **basics: Any) -> Calendar:
    """Make a calendar. Raises Forbidden, Conflict where the department has one of that code."""
    actor.require_department(department)
    double = select(Calendar.id).where(Calendar.department == department, Calendar.code == code)
    if session.scalar(double):
        raise Conflict(f"{department} has a calendar {code} already")
    calendar = Calendar(
        department=department, code=code, changed_by=actor.subject, changed_at=now(), **basics
    )
    session.add(calendar)
    session.flush()
    tell_calendar(session, actor, calendar)
    return calendar


def change_calendar(session: Session, actor: Actor, *, calendar: Calendar, **changes: Any) -> Calendar:
    """Change name, zone or hours. Clocks that run by it are set anew."""
    for name, value in changes.items():
        setattr(calendar, name, value)
    tell_calendar(session, actor, calendar)
    look_again(session, calendar_id=calendar.id)
    return calendar


def set_days(
    session: Session, actor: Actor, *, calendar: Calendar, year: int, days: Sequence[Mapping[str, Any]]
) -> Calendar:
    """Replace the special days of a year, by hand or from a list of holidays. Clocks are set anew.

    Raises Invalid for a day of another year, and one that is named twice.
    """
    named = [one["day"] for one in days]
    if any(day.year != year for day in named):
        raise Invalid({"days": [f"Each must be in {year}."]})
    if len(set(named)) < len(named):
        raise Invalid({"days": ["A day is named twice."]})
    within = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    for gone in session.scalars(select(CalendarDay).where(CalendarDay.calendar_id == calendar.id, within)):
        session.delete(gone)
    session.flush()
    session.add_all(CalendarDay(calendar_id=calendar.id, **one) for one in days)
    session.flush()
    tell_calendar(session, actor, calendar)
    look_again(session, calendar_id=calendar.id)
    return calendar


def agree_level(
    session: Session,
    actor: Actor,
    *,
    department: str,
    subject: SubjectKind,
    calendar_id: UUID,
    targets: list[dict[str, Any]],
    kind: str = "",
    grade: str = "",
) -> ServiceLevel:
    """Agree on a service level. It counts for what begins after it.

    Raises Forbidden, Invalid for an unknown calendar, Conflict where there is one for the same.
    """
    actor.require_department(department)
    _check_calendar(session, calendar_id, department=department)
    same = {"department": department, "subject": subject, "kind": kind, "grade": grade}
    if known := session.scalar(select(ServiceLevel.id).filter_by(**same)):
        raise Conflict(f"There is a service level for the same already: {known}")
    level = ServiceLevel(
        **same,
        calendar_id=calendar_id,
        targets=targets,
        active=True,
        changed_by=actor.subject,
        changed_at=now(),
    )
    session.add(level)
    _tell_level(session, actor, level)
    return level


def change_level(session: Session, actor: Actor, *, level: ServiceLevel, **changes: Any) -> ServiceLevel:
    """Change targets or calendar, give the level up or take it up again. Clocks that run stay as they are.

    Raises Invalid for an unknown calendar.
    """
    if "calendar_id" in changes:
        _check_calendar(session, changes["calendar_id"], department=level.department)
    for name, value in changes.items():
        setattr(level, name, value)
    _tell_level(session, actor, level)
    return level


def _check_calendar(session: Session, calendar_id: UUID, *, department: str) -> None:
    calendar = session.get(Calendar, calendar_id)
    if calendar is None or calendar.department != department:
        raise Invalid({"calendar_id": ["There is no such calendar in the department."]})


def tell_calendar(session: Session, actor: Actor, calendar: Calendar) -> None:
    """Publish a calendar as it now stands, with its special days of all years."""
    calendar.changed_by, calendar.changed_at = actor.subject, now()
    days = queries.with_days(session, calendar).days
    event = CalendarSaved(
        calendar_id=calendar.id,
        department=calendar.department,
        code=calendar.code,
        name=calendar.name,
        time_zone=calendar.time_zone,
        week=calendar.week,
        days=[SpecialDay(day=one.day, name=one.name, hours=one.hours) for one in days],
        by=actor.subject,
        at=calendar.changed_at,
    )
    publish(session, calendar, event)


def _tell_level(session: Session, actor: Actor, level: ServiceLevel) -> None:
    level.changed_by, level.changed_at = actor.subject, now()
    targets = [
        Target(clock=one["clock"], minutes=one["minutes"], steps=[Step(**step) for step in one["steps"]])
        for one in level.targets
    ]
    event = LevelSaved(
        level_id=level.id,
        department=level.department,
        subject=level.subject,
        kind=level.kind,
        grade=level.grade,
        calendar_id=level.calendar_id,
        targets=targets,
        active=level.active,
        by=actor.subject,
        at=level.changed_at,
    )
    publish(session, level, event)
