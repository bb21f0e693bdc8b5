"""Whose task it is hears of it, and that it is late."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from contracts.campaign import TaskAssigned, TaskOverdue, TaskRescheduled
from services.outreach.notices import tasks
from services.outreach.notices.model import Notice
from tests.services.outreach.builders import DatabaseOf
from tests.services.outreach.notices.test_notices import enter, told

TASK = {"task_id": new_id(), "campaign_id": new_id(), "department": "north", "name": "Book the hall"}


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    database = database_of("outreach")
    for subject in ("otto", "olga"):
        enter(database, subject)
    return database


def assign(database: Database, to: str, *, by: str = "mia") -> None:
    days: dict[str, Any] = {"starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 4)}
    task: dict[str, Any] = TASK
    with database.transaction() as session:
        tasks.tell_assigned(session, TaskAssigned(assignee=to, by=by, at=now(), **task, **days))


def test_a_task_that_is_handed_over_is_told_and_again_when_it_comes_back(database: Database) -> None:
    for to in ("otto", "olga", "otto"):
        assign(database, to)
    assert {one.title for one in told(database).values()} == {"Your task: Book the hall"}
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 3


def test_who_takes_a_task_is_not_told_of_it(database: Database) -> None:
    assign(database, "otto", by="otto")
    assert told(database) == {}


def test_a_late_task_is_told_once(database: Database) -> None:
    task: dict[str, Any] = TASK
    for _ in range(2):
        with database.transaction() as session:
            late = TaskOverdue(assignee="otto", ends_on=date(2026, 12, 4), at=now(), **task)
            tasks.tell_overdue(session, late)
    assert told(database)["otto"].title == "Overdue: Book the hall"


def move(database: Database, *, by: str = "mia", beyond: str = "") -> None:
    task: dict[str, Any] = {**TASK, "assignee": "otto", "owner": "olga", "cause": "snow", "beyond": beyond}
    days: dict[str, Any] = {
        f"{prefix}{name}": date(2026, 12, day)
        for prefix, day in (("old_", 1), ("", 4))
        for name in ("starts_on", "ends_on")
    }
    with database.transaction() as session:
        tasks.tell_moved(session, TaskRescheduled(by=by, at=now(), **task, **days))


def test_a_task_that_moved_is_told_to_whom_it_is_with(database: Database) -> None:
    move(database)
    assert {subject: one.title for subject, one in told(database).items()} == {"otto": "Moved: Book the hall"}


def test_who_moves_a_task_of_his_own_is_not_told(database: Database) -> None:
    move(database, by="otto")
    assert told(database) == {}


def test_the_owner_hears_when_what_comes_after_a_late_task_has_no_room(database: Database) -> None:
    move(database, by="otto", beyond="Print would end on 2026-12-22")
    assert {subject: one.kind for subject, one in told(database).items()} == {"olga": "task_stuck"}
