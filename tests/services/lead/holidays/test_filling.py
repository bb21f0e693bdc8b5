"""Holidays in calendars: put in when somebody asks, and each autumn by themselves."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import update

from chassis import clock
from chassis.database import Database
from contracts.lead import CalendarSaved
from services.lead.holidays.almanac import Whose, days_of
from services.lead.holidays.model import HolidayRenewal
from services.lead.holidays.renewer import HolidayRenewer
from services.lead.service_levels import actions, queries
from services.lead.service_levels.model import Calendar, CalendarDay
from tests.harness.serving import Client
from tests.services.lead.builders import MIA, OFFICE, SETTINGS, add_calendar, events, fill_holidays

Databases = Callable[[str], Database]

BAVARIA, BERLIN, AUSTRIA = Whose("DE", "BY"), Whose("DE", "BE"), Whose("AT")
EPIPHANY, CORPUS_CHRISTI, AUSTRIAN_DAY = date(2027, 1, 6), date(2027, 5, 27), date(2027, 10, 26)


@pytest.fixture(autouse=True)
def clock_is_brought_back() -> Iterator[None]:
    yield
    clock.travel(seconds=0)


def be_at(moment: datetime) -> None:
    clock.travel(seconds=0)
    clock.travel(seconds=(moment - clock.now()).total_seconds())


def special_days(database: Database, calendar_id: UUID) -> dict[date, CalendarDay]:
    with database.reading() as session:
        found = queries.with_days(session, session.get_one(Calendar, calendar_id))
    return {one.day: one for one in found.days}


def work_on(database: Database, calendar_id: UUID, day: date) -> None:
    """Enter by hand that a day is worked."""
    days = [{"day": day, "name": "stocktaking", "hours": ["08:00-12:00"]}]
    with database.transaction(MIA) as session:
        calendar = session.get_one(Calendar, calendar_id)
        actions.set_days(session, MIA, calendar=calendar, year=day.year, days=days)


def test_holidays_go_in_beside_what_was_entered_by_hand_and_only_once(database_of: Databases) -> None:
    database = database_of("lead")
    calendar_id = add_calendar(database, week=OFFICE)
    work_on(database, calendar_id, EPIPHANY)
    for _ in range(2):
        fill_holidays(database, calendar_id, BAVARIA, years=[2027])
    days = special_days(database, calendar_id)
    assert days.keys() == days_of(BAVARIA, year=2027).keys()
    assert (days[EPIPHANY].name, days[EPIPHANY].country) == ("stocktaking", "")
    assert (days[CORPUS_CHRISTI].hours, days[CORPUS_CHRISTI].country) == ([], "DE")
    told = events(database, CalendarSaved)
    assert len(told) == 3
    assert {one.day for one in told[-1].days} == days.keys()
    with database.reading() as session:
        working = queries.working_times(session, [calendar_id])[calendar_id]
    assert working.spans(CORPUS_CHRISTI) == ()


def test_another_part_of_the_country_takes_the_place_of_the_one_before(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    calendar_id = add_calendar(database)
    for whose in (BAVARIA, AUSTRIA, BERLIN):
        fill_holidays(database, calendar_id, whose, years=[2027])
    countries = {day: one.country for day, one in special_days(database, calendar_id).items()}
    assert CORPUS_CHRISTI not in countries
    assert countries[AUSTRIAN_DAY] == "AT"
    assert countries[date(2027, 3, 8)] == "DE"


def test_a_weekend_that_is_worked_has_the_usual_hours(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    calendar_id = add_calendar(database, week=OFFICE)
    fill_holidays(database, calendar_id, Whose("CN"), years=[2026])
    assert special_days(database, calendar_id)[date(2026, 2, 14)].hours == OFFICE[0]


def test_the_coming_year_follows_by_itself_in_autumn(database_of: Databases) -> None:
    database = database_of("lead")
    renewed, left = add_calendar(database), add_calendar(database)
    fill_holidays(database, renewed, BAVARIA, years=[2027], renew=True)
    fill_holidays(database, left, BAVARIA, years=[2027], renew=True)
    fill_holidays(database, left, BAVARIA, years=[2027], renew=False)
    be_at(datetime(2027, 9, 15, tzinfo=UTC))
    renewer = HolidayRenewer(SETTINGS, database)
    assert not renewer.step()
    be_at(datetime(2027, 10, 15, tzinfo=UTC))
    assert renewer.step()
    be_at(datetime(2027, 10, 16, tzinfo=UTC))
    assert not renewer.step()
    assert {day.year for day in special_days(database, renewed)} == {2027, 2028}
    assert {day.year for day in special_days(database, left)} == {2027}


def test_a_country_that_is_no_longer_known_does_not_keep_others_waiting(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    lost, kept = add_calendar(database), add_calendar(database)
    for calendar_id in (lost, kept):
        fill_holidays(database, calendar_id, BAVARIA, years=[2026], renew=True)
    with database.transaction(MIA) as session:
        session.execute(
            update(HolidayRenewal).where(HolidayRenewal.calendar_id == lost).values(subdivision="QQ")
        )
    be_at(datetime(2026, 11, 1, tzinfo=UTC))
    assert HolidayRenewer(SETTINGS, database).step()
    assert {day.year for day in special_days(database, kept)} == {2026, 2027}
    assert {day.year for day in special_days(database, lost)} == {2026}


def test_holidays_over_http(lead: Client, lead_database: Database) -> None:
    [austria] = [
        one for one in lead.get("/holidays/countries", as_=MIA).json()["countries"] if one["code"] == "AT"
    ]
    assert austria["name"] == "Austria" and "9" in austria["subdivisions"] and "de" in austria["languages"]
    path = f"/calendars/{add_calendar(lead_database)}/holidays"
    filled = lead.post(path, as_=MIA, json={"country": "at", "years": [2027], "renew": True})
    assert filled.status_code == 200, filled.text
    shown = {one["day"]: (one["country"], one["hours"]) for one in filled.json()["days"]}
    assert shown["2027-10-26"] == ("AT", [])
    assert filled.json()["renewals"] == [
        {"country": "AT", "subdivision": "", "language": "", "through": 2027}
    ]
    assert filled.headers["ETag"] == lead.get(path.removesuffix("/holidays"), as_=MIA).headers["ETag"]


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("country", {"country": "XX"}),
        ("country", {"country": "Austria"}),
        ("subdivision", {"country": "AT", "subdivision": "BY"}),
        ("language", {"country": "AT", "language": "tlh"}),
        ("years", {"country": "DE", "years": [1980]}),
    ],
)
def test_what_is_not_known_is_refused_by_field(
    lead: Client, lead_database: Database, field: str, body: dict[str, object]
) -> None:
    answer = lead.post(f"/calendars/{add_calendar(lead_database)}/holidays", as_=MIA, json=body)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]
