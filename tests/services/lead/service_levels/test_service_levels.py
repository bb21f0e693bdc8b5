"""Calendars and service levels: agreed, looked up as closely as they fit, and told."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from chassis.database import Database
from chassis.errors import Conflict, Invalid
from contracts.lead import CalendarSaved, LevelSaved
from services.lead.service_levels import actions, queries
from services.lead.service_levels.model import Calendar, ServiceLevel, Target, closest
from tests.services.lead.builders import MIA, OFFICE, add_calendar, agree_level, events

Databases = Callable[[str], Database]


def level(kind: str, grade: str) -> ServiceLevel:
    return ServiceLevel(kind=kind, grade=grade)


def test_the_level_that_fits_most_closely_counts() -> None:
    levels = [level("", ""), level("", "A"), level("sample", ""), level("sample", "A"), level("other", "B")]

    def found(kind: str, grade: str) -> tuple[str, str] | None:
        one = closest(levels, kind=kind, grade=grade)
        return None if one is None else (one.kind, one.grade)

    assert found("sample", "A") == ("sample", "A")
    assert found("sample", "B") == ("sample", "")
    assert found("material", "A") == ("", "A")
    assert found("material", "D") == ("", "")
    assert closest(levels[1:], kind="material", grade="D") is None


def test_that_it_was_missed_is_told_before_anything_is_done_about_it() -> None:
    target = Target.of("resolution", 60, [(150, "reassign"), (100, "escalate"), (50, "remind")])
    assert target.steps == ((50, "remind"), (100, "breach"), (100, "escalate"), (150, "reassign"))


def test_a_calendar_is_told_with_its_special_days_of_all_years(database_of: Databases) -> None:
    database = database_of("lead")
    calendar_id = add_calendar(database, week=OFFICE, time_zone="Europe/Vienna")
    for year, hours in ((2026, []), (2027, ["09:00-12:00"]), (2026, ["10:00-11:00"])):
        days = [{"day": date(year, 12, 24), "name": "Christmas Eve", "hours": hours}]
        with database.transaction(MIA) as session:
            calendar = session.get_one(Calendar, calendar_id)
            actions.set_days(session, MIA, calendar=calendar, year=year, days=days)
    told = events(database, CalendarSaved)
    assert [(one.day.year, one.hours) for one in told[-1].days] == [
        (2026, ["10:00-11:00"]),
        (2027, ["09:00-12:00"]),
    ]
    with database.reading() as session:
        working = queries.working_times(session, [calendar_id])[calendar_id]
    assert working.spans(date(2027, 12, 24)) == ((540, 720),)


@pytest.mark.parametrize("days", [[date(2026, 5, 1)], [date(2027, 5, 1), date(2027, 5, 1)]])
def test_a_wrong_day_is_refused(fresh_database: Databases, days: list[date]) -> None:
    database = fresh_database("lead")
    calendar_id = add_calendar(database)
    with pytest.raises(Invalid, match="days"), database.transaction(MIA) as session:
        named = [{"day": day, "name": "x", "hours": []} for day in days]
        calendar = session.get_one(Calendar, calendar_id)
        actions.set_days(session, MIA, calendar=calendar, year=2027, days=named)


def test_one_level_is_agreed_for_the_same(database_of: Databases) -> None:
    database = database_of("lead")
    level_id = agree_level(database, first_response=60)
    with pytest.raises(Conflict, match=str(level_id)):
        agree_level(database, first_response=30)
    with database.transaction(MIA) as session:
        kept = session.scalars(select(ServiceLevel)).one()
        actions.change_level(session, MIA, level=kept, active=False)
        assert not queries.levels_in_force(session, ["north"])
    assert [(one.active, one.targets[0].minutes) for one in events(database, LevelSaved)] == [
        (True, 60),
        (False, 60),
    ]
