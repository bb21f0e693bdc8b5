"""Quiet hours as data: the shipped table, and what people set beside it."""

from datetime import datetime

import pytest

from chassis.clock import now
from chassis.database import Database
from services.outreach.limits import quiet
from services.outreach.limits.hours import Hours
from services.outreach.limits.model import QuietHours
from services.outreach.limits.zones import region_code
from services.outreach.suppressions.model import CHANNELS
from tests.services.outreach.builders import DatabaseOf

MONDAY, SUNDAY = datetime(2026, 6, 1), datetime(2026, 6, 7)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


def own_row(database: Database, **changes: object) -> None:
    plain = {
        "department": "*",
        "channel": "sms",
        "country": "US",
        "region": "FL",
        "opens": "10:00",
        "closes": "12:00",
        "days": [1],
        "source": "",
        "added_by": "mia",
        "added_at": now(),
    }
    with database.transaction() as session:
        session.add(QuietHours(**{**plain, **changes}))


def may_send(table: quiet.QuietTable, wall: datetime, country: str = "", region: str = "") -> bool:
    rule = table.rule(country, region)
    return rule is None or any(hours.include(wall) for hours in rule)


def test_every_row_of_the_table_makes_sense_and_says_where_it_is_from() -> None:
    rows = quiet.rows()
    assert len(rows) > 25
    for row in rows:
        assert Hours.of(row.opens, row.closes, row.days)
        assert row.channel in CHANNELS
        assert row.source
        assert set(row.days) <= set(range(1, 8))
        assert row.region == region_code(row.country, row.region)


@pytest.mark.parametrize(
    ("region", "hour", "allowed"),
    [
        ("NY", 20, True),
        ("NY", 21, False),
        ("NY", 7, False),
        ("FL", 20, False),
        ("Florida", 20, False),
        ("US-OK", 20, False),
        ("WA", 20, False),
        ("KY", 9, False),
        ("", 20, True),
    ],
)
def test_a_state_may_be_stricter_than_its_country(region: str, hour: int, allowed: bool) -> None:
    table = quiet.shipped("sms")
    assert may_send(table, MONDAY.replace(hour=hour), "US", region) is allowed


def test_days_differ_too() -> None:
    table = quiet.shipped("sms")
    assert not may_send(table, SUNDAY.replace(hour=11), "US", "TX")
    assert may_send(table, SUNDAY.replace(hour=13), "US", "TX")
    assert not may_send(table, SUNDAY.replace(hour=13), "FR")
    assert may_send(table, MONDAY.replace(hour=13), "FR")


def test_a_country_that_is_not_in_the_table_has_the_courtesy_hours() -> None:
    table = quiet.shipped("sms")
    assert [may_send(table, MONDAY.replace(hour=hour), "XX") for hour in (7, 8, 20, 21)] == [
        False,
        True,
        True,
        False,
    ]


def test_mail_and_letters_have_no_quiet_hours() -> None:
    assert not quiet.shipped("email")
    assert not quiet.shipped("dm")
    assert may_send(quiet.shipped("email"), MONDAY.replace(hour=3), "US", "FL")


def test_own_hours_take_the_place_of_those_of_the_table(database: Database) -> None:
    own_row(database)
    own_row(database, region="", opens="00:00", closes="00:00", days=[1, 2, 3, 4, 5, 6, 7])
    with database.reading() as session:
        table = quiet.own(session, "sms", department="north")
    assert may_send(table, MONDAY.replace(hour=11), "US", "FL")
    assert not may_send(table, MONDAY.replace(hour=13), "US", "FL")
    assert may_send(table, MONDAY.replace(hour=23), "US", "NY")
    assert not may_send(table, MONDAY.replace(hour=9), "US", "KY")


def test_hours_of_a_department_hold_for_it_alone_and_before_those_of_all(database: Database) -> None:
    own_row(database)
    own_row(database, department="south", opens="14:00", closes="16:00")
    with database.reading() as session:
        north = quiet.own(session, "sms", department="north")
        south = quiet.own(session, "sms", department="south")
    at_eleven, at_three = MONDAY.replace(hour=11), MONDAY.replace(hour=15)
    assert [may_send(north, at, "US", "FL") for at in (at_eleven, at_three)] == [True, False]
    assert [may_send(south, at, "US", "FL") for at in (at_eleven, at_three)] == [False, True]


def test_hours_for_a_channel_do_not_touch_another(database: Database) -> None:
    own_row(database, channel="email", country="", region="")
    with database.reading() as session:
        assert not may_send(quiet.own(session, "email", department="north"), MONDAY.replace(hour=9))
        assert may_send(quiet.own(session, "dm", department="north"), MONDAY.replace(hour=9))
