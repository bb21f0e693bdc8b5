"""Puts public holidays into calendars, when somebody asks and each year by itself."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from services.lead.clocks.rescheduling import look_again
from services.lead.holidays.almanac import Whose, days_of
from services.lead.holidays.model import HolidayRenewal
from services.lead.service_levels.actions import tell_calendar
from services.lead.service_levels.model import Calendar, CalendarDay


def fill_calendar(
    session: Session,
    actor: Actor,
    *,
    calendar: Calendar,
    whose: Whose,
    years: Sequence[int] = (),
    renew: bool | None = None,
) -> Calendar:
    """Put the holidays of some years into a calendar, this and the next unless told otherwise.

    What was entered by hand stays, and so does what came from another country; what came from this one is
    replaced. ``renew`` has later years follow by themselves, or no longer. Where nothing changes, nothing is
    told. Raises Invalid for a country, a part of it, a language or a year that is not known.
    """
    wanted = sorted(set(years)) or [now().year, now().year + 1]
    changed = [_replace(session, calendar, whose, year=year) for year in wanted]
    if renew is not None:
        changed.append(_renew(session, calendar, whose, through=wanted[-1] if renew else None))
    if any(changed):
        tell_calendar(session, actor, calendar)
        look_again(session, calendar_id=calendar.id)
    return calendar


def renew_calendar(
    session: Session, actor: Actor, *, calendar: Calendar, renewal: HolidayRenewal, through: int
) -> None:
    """Put in the years that are missing up to ``through``. Raises Invalid for what is no longer known."""
    whose = Whose(renewal.country, renewal.subdivision, renewal.language)
    years = range(renewal.through + 1, through + 1)
    if years:
        fill_calendar(session, actor, calendar=calendar, whose=whose, years=years, renew=True)


def _replace(session: Session, calendar: Calendar, whose: Whose, *, year: int) -> bool:
    """Whether that changed anything."""
    within = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    rows = session.scalars(select(CalendarDay).where(CalendarDay.calendar_id == calendar.id, within))
    there = {row.day: row for row in rows}
    wanted = _wanted(calendar, whose, year=year)
    gone = [row for day, row in there.items() if row.country == whose.country and day not in wanted]
    for row in gone:
        session.delete(row)
    put = [_put(session, there.get(one.day), one) for one in wanted.values()]
    session.flush()
    return bool(gone) or any(put)


def _wanted(calendar: Calendar, whose: Whose, *, year: int) -> Mapping[date, CalendarDay]:
    usual = next(hours for hours in calendar.week if hours)
    return {
        day: CalendarDay(
            calendar_id=calendar.id,
            day=day,
            name=special.name,
            hours=usual if special.worked else [],
            country=whose.country,
        )
        for day, special in days_of(whose, year=year).items()
    }


def _put(session: Session, there: CalendarDay | None, wanted: CalendarDay) -> bool:
    if there is None:
        session.add(wanted)
        return True
    if there.country != wanted.country or (there.name, there.hours) == (wanted.name, wanted.hours):
        return False
    there.name, there.hours = wanted.name, wanted.hours
    return True


def _renew(session: Session, calendar: Calendar, whose: Whose, *, through: int | None) -> bool:
    """Have later years follow, or no longer where ``through`` is None. Whether that changed anything."""
    there = session.get(HolidayRenewal, (calendar.id, whose.country), populate_existing=True)
    if through is None:
        if there is not None:
            session.delete(there)
            session.flush()
        return there is not None
    if there is None:
        there = HolidayRenewal(calendar_id=calendar.id, country=whose.country, through=through)
        session.add(there)
    there.subdivision, there.language = whose.subdivision, whose.language
    there.through = max(there.through, through)
    changed = session.is_modified(there) or there in session.new
    session.flush()
    return changed
