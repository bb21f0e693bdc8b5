"""Reads of calendars and service levels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from services.lead.departments import find
from services.lead.holidays.model import HolidayRenewal
from services.lead.service_levels.business import WorkingTime
from services.lead.service_levels.model import Calendar, CalendarDay, ServiceLevel


@dataclass(frozen=True)
class CalendarWithDays:
    """A calendar with its special days, in order, and whose holidays it gets each year by itself."""

    calendar: Calendar
    days: Sequence[CalendarDay]
    renewals: Sequence[HolidayRenewal]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.calendar, name)


def calendars(actor: Actor, **equal: Any) -> Select[Calendar]:
    """The calendars of the actor's departments."""
    return select(Calendar).where(actor.scope(Calendar.department)).filter_by(**equal)


def find_calendar(session: Session, actor: Actor, calendar_id: UUID, *, lock: bool = False) -> Calendar:
    """One of them, locked for a change where asked. Raises NotFound."""
    return find(session, actor, Calendar, calendar_id, what="calendar", lock=lock)


def with_days(session: Session, calendar: Calendar) -> CalendarWithDays:
    """A calendar with its special days and renewals."""
    days = select(CalendarDay).where(CalendarDay.calendar_id == calendar.id).order_by(CalendarDay.day)
    renewals = select(HolidayRenewal).where(HolidayRenewal.calendar_id == calendar.id)
    in_order = renewals.order_by(HolidayRenewal.country)
    return CalendarWithDays(calendar, session.scalars(days).all(), session.scalars(in_order).all())


def working_times(session: Session, ids: Iterable[UUID]) -> Mapping[UUID, WorkingTime]:
    """When work is done, by calendar."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    special: dict[UUID, dict[Any, list[str]]] = {one: {} for one in wanted}
    for day in session.scalars(select(CalendarDay).where(CalendarDay.calendar_id.in_(wanted))):
        special[day.calendar_id][day.day] = day.hours
    found = session.scalars(select(Calendar).where(Calendar.id.in_(wanted)))
    return {one.id: WorkingTime.of(one.time_zone, one.week, special[one.id]) for one in found}


def service_levels(actor: Actor, **equal: Any) -> Select[ServiceLevel]:
    """The service levels of the actor's departments."""
    return select(ServiceLevel).where(actor.scope(ServiceLevel.department)).filter_by(**equal)


def find_level(session: Session, actor: Actor, level_id: UUID, *, lock: bool = False) -> ServiceLevel:
    """One of them, locked for a change where asked. Raises NotFound."""
    return find(session, actor, ServiceLevel, level_id, what="service level", lock=lock)


def levels_in_force(
    session: Session, departments: Iterable[str]
) -> Mapping[tuple[str, str], Sequence[ServiceLevel]]:
    """The active levels by department and subject."""
    wanted = select(ServiceLevel).where(
        ServiceLevel.department.in_(sorted(set(departments))), ServiceLevel.active
    )
    found: dict[tuple[str, str], list[ServiceLevel]] = {}
    for level in session.scalars(wanted):
        found.setdefault((level.department, level.subject), []).append(level)
    return found
