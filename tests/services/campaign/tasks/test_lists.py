"""The to-do list, the overview and the calendar as queries, on both databases."""

from datetime import date
from typing import Any

import pytest

from chassis import clock
from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from contracts.roles import MARKETING_STAFF, SALES_REP
from services.campaign.calendar.actions import create_feed
from services.campaign.calendar.queries import calendar, items_of
from services.campaign.tasks.actions import block_task, cancel_task, start_task, unblock_task
from services.campaign.tasks.lists import EVERY, overview, to_do
from services.campaign.tasks.queries import take_task
from tests.services.campaign.builders import OWNER, STRANGER, DatabaseOf
from tests.services.campaign.tasks.builders import a_campaign_with_tasks, a_task_row

REX = Actor("rex", frozenset({SALES_REP}), frozenset({"north"}))
TIM = Actor("tim", frozenset({MARKETING_STAFF}), frozenset({"north"}))
ROWS = (a_task_row(), a_task_row(name="Invite"), a_task_row(name="Print", assignee="rex"))


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def to_do_of(database: Database, actor: Actor, **narrowing: Any) -> list[str]:
    with database.reading(actor) as session:
        statement, key = to_do(actor, **narrowing)
        return [row.name for row in session.execute(statement.order_by(key))]


def travel_to(day: date) -> None:
    clock.travel(seconds=(day - now().date()).days * 86_400)


def test_a_to_do_list_is_narrowed_by_person_date_and_words(database: Database) -> None:
    a_campaign_with_tasks(database, *ROWS)
    assert to_do_of(database, OWNER) == ["Book the venue", "Invite", "Print"]
    assert to_do_of(database, REX) == ["Print"]
    assert to_do_of(database, STRANGER) == []
    assert to_do_of(database, OWNER, q="vit", assignee="tim", kind="task") == ["Invite"]
    assert to_do_of(database, OWNER, overdue=True) == []
    assert to_do_of(database, OWNER, due_before=date(2026, 12, 4)) == []
    travel_to(date(2026, 12, 5))
    assert len(to_do_of(database, OWNER, overdue=True)) == 3
    assert to_do_of(database, OWNER, overdue=False) == []


def test_a_to_do_list_says_who_is_held_up_by_what(database: Database) -> None:
    _, (first, second, _) = a_campaign_with_tasks(database, *ROWS)
    with database.transaction(TIM) as session:
        block_task(session, TIM, work=take_task(session, TIM, first), reason="the hotel is closed")
        block_task(session, TIM, work=take_task(session, TIM, second), reason="no list")
        unblock_task(session, TIM, work=take_task(session, TIM, second))
    with database.reading(OWNER) as session:
        statement, key = to_do(OWNER)
        rows = session.execute(statement.order_by(key)).all()
    assert [(row.state, row.reason, row.blocked_by) for row in rows] == [
        ("blocked", "the hotel is closed", "tim"),
        ("in_progress", "", None),
        ("handed_over", "", None),
    ]
    assert rows[0].blocked_at is not None


def test_a_to_do_list_shows_what_has_ended_when_asked_for_everything(database: Database) -> None:
    _, (first, *_) = a_campaign_with_tasks(database, *ROWS)
    with database.transaction(OWNER) as session:
        cancel_task(session, OWNER, work=take_task(session, OWNER, first), reason="not needed")
    assert to_do_of(database, OWNER) == ["Invite", "Print"]
    assert to_do_of(database, OWNER, state="cancelled") == ["Book the venue"]
    assert to_do_of(database, OWNER, state=EVERY) == ["Book the venue", "Invite", "Print"]
    assert to_do_of(database, OWNER, state=EVERY, due_from=date(2026, 12, 5)) == []


def test_the_overview_counts_by_person_and_by_campaign(database: Database) -> None:
    campaign_id, (first, *_) = a_campaign_with_tasks(database, *ROWS)
    with database.transaction(OWNER) as session:
        start_task(session, OWNER, work=take_task(session, OWNER, first))
    travel_to(date(2026, 12, 9))
    with database.reading(OWNER) as session:
        found = overview(session, OWNER)
        elsewhere = overview(session, OWNER, campaign_id=new_id())
        hers = overview(session, OWNER, assignee="rex")
    assert [(one.assignee, dict(one.states), one.overdue) for one in found.people] == [
        ("rex", {"handed_over": 1}, 1),
        ("tim", {"in_progress": 1, "handed_over": 1}, 2),
    ]
    assert [(one.campaign_id, one.total) for one in found.campaigns] == [(campaign_id, 3)]
    assert (elsewhere.total.total, hers.total.total) == (0, 1)


def test_the_calendar_has_what_falls_into_its_days(database: Database) -> None:
    a_campaign_with_tasks(database, *ROWS)
    with database.reading(OWNER) as session:
        december = calendar(session, OWNER, first=date(2026, 12, 4), last=date(2026, 12, 31))
        january = calendar(session, OWNER, first=date(2027, 1, 1), last=date(2027, 1, 31))
        own = calendar(session, REX, first=date(2026, 12, 1), last=date(2026, 12, 31))
    assert [item.kind for item in december] == ["campaign", "task", "task", "task"]
    assert [item.kind for item in january] == ["campaign"]
    assert [item.title for item in own] == ["Print"]


def test_a_feed_keeps_to_the_departments_that_its_owner_had(database: Database) -> None:
    campaign_id, _ = a_campaign_with_tasks(database, *ROWS)
    with database.transaction(OWNER) as session:
        mine = create_feed(session, REX, scope="mine")
        foreign = create_feed(session, Actor("rex", REX.roles, frozenset({"south"})), scope="mine")
        whole = create_feed(session, OWNER, scope="campaign", campaign_id=campaign_id)
    with database.reading() as session:
        found = [[item.title for item in items_of(session, feed)] for feed in (mine, foreign, whole)]
    assert found == [["Print"], [], ["Spring seminar", "Book the venue", "Invite", "Print"]]
