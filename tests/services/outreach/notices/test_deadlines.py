"""Whoever a lead or a request waits for is reminded, and those whom it comes to are told."""

from typing import Any

import pytest

from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from contracts.lead import ClockEscalated, ClockReminded, RequestAssigned, RequestOpened
from contracts.roles import SALES_MANAGER
from services.outreach.notices import deadlines
from services.outreach.notices.words import text_of
from tests.harness.databases import DatabaseFactory
from tests.services.outreach.notices.test_notices import enter, told


@pytest.fixture
def database(fresh_database: DatabaseFactory) -> Database:
    database = fresh_database("outreach")
    for subject in ("rita", "rolf"):
        enter(database, subject)
    enter(database, "boss", roles=[SALES_MANAGER], language="zh")
    return database


def about(subject: str, **more: Any) -> dict[str, Any]:
    fired = {"percent": 100, "title": "Two cranes", "due_at": now(), "owner": "rita"}
    clock = {"clock_id": new_id(), "kind": "resolution", "subject": subject, "subject_id": new_id()}
    return {**clock, **fired, "department": "north", "at": now(), **more}


def request(**more: Any) -> dict[str, Any]:
    basics = {"request_id": new_id(), "department": "north", "title": "Two cranes", "by": "mia", "at": now()}
    return {**basics, **more}


def test_who_is_to_act_is_reminded_once(database: Database) -> None:
    event = ClockReminded(**about("lead"))
    for _ in range(2):
        with database.transaction() as session:
            deadlines.tell_reminded(session, event)
    assert {who: one.kind for who, one in told(database).items()} == {"rita": "lead_reminder"}
    text = text_of("lead_reminder", told(database)["rita"].about, language="en", url="")
    assert text.startswith("The answer of this lead is due by") and "Two cranes" in text


def test_nobody_is_reminded_of_what_lies_in_a_pool(database: Database) -> None:
    with database.transaction() as session:
        deadlines.tell_reminded(session, ClockReminded(**about("lead", owner=None)))
    assert told(database) == {}


def test_those_who_lead_hear_of_what_is_late_and_with_whom(database: Database) -> None:
    with database.transaction() as session:
        deadlines.tell_escalated(session, ClockEscalated(**about("request", role=SALES_MANAGER)))
    notice = told(database)["boss"]
    assert (notice.kind, notice.title) == ("request_escalated", "售前请求已逾期:Two cranes")
    assert "rita" in text_of(notice.kind, notice.about, language="zh", url="")


def test_a_responder_hears_of_a_request_that_comes_to_them(database: Database) -> None:
    contact = {"kind": "sample", "contact_id": new_id()}
    with database.transaction() as session:
        deadlines.tell_opened(session, RequestOpened(**request(**contact, responder="rita")))
        deadlines.tell_opened(session, RequestOpened(**request(**contact)))
        deadlines.tell_assigned(session, RequestAssigned(**request(responder="rolf", why="late")))
        deadlines.tell_assigned(session, RequestAssigned(**request(responder="boss", why="x", by="boss")))
    assert {who: one.kind for who, one in told(database).items()} == {
        "rita": "request_assigned",
        "rolf": "request_assigned",
    }
