"""The archive grows only, lies in months on PostgreSQL, and old months can be taken out and put back."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, exc, select, text, update

from chassis import clock
from chassis.auth import Actor
from chassis.database import Database
from chassis.envelope import Message
from chassis.errors import Conflict, Invalid, NotFound
from chassis.ids import new_id
from services.reporting.archive import queries
from services.reporting.archive.model import ArchivedEvent
from services.reporting.archive.monthly import MonthMaker
from services.reporting.archive.months import AHEAD, Month
from services.reporting.archive.partitions import attach_month, detach_month, months_held
from services.reporting.evaluation.report import evaluate_campaign
from services.reporting.rebuilds.actions import start_rebuild
from services.reporting.rebuilds.builder import rebuild_now
from tests.harness.databases import POSTGRESQL, DatabaseFactory
from tests.services.reporting.builders import story
from tests.services.reporting.rows import deliver

OLD = datetime(2024, 2, 29, 23, 59, tzinfo=UTC)
ROOT = Actor.system("root")


@pytest.fixture
def divided(fresh_database: DatabaseFactory) -> Database:
    return fresh_database("reporting", POSTGRESQL)


def at(moment: datetime, messages: list[Message]) -> list[Message]:
    """The same messages, of another time."""
    for one in messages:
        one.time = moment
    return messages


def archived(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(ArchivedEvent.event_id).order_by(ArchivedEvent.position)))


def attached(database: Database) -> set[str]:
    return {str(one.month) for one in months_held(database) if one.attached}


@pytest.mark.parametrize(
    "change",
    [
        update(ArchivedEvent).values(type="other"),
        update(ArchivedEvent).values(position=ArchivedEvent.position + 100),
        delete(ArchivedEvent),
    ],
    ids=["type", "position", "delete"],
)
def test_what_is_archived_is_neither_changed_nor_deleted(
    database_of: Callable[[str], Database], change: Any
) -> None:
    database = database_of("reporting")
    deliver(database, story(new_id()))
    with pytest.raises(exc.DBAPIError, match="archived events only grow"), database.transaction() as session:
        session.execute(change)


def test_no_month_is_emptied_behind_the_back_of_the_whole(divided: Database) -> None:
    for table in ("archived_events", Month.of(clock.now()).partition):
        with pytest.raises(exc.DBAPIError, match="only grow"), divided.transaction() as session:
            session.execute(text(f"TRUNCATE {table}"))
    with pytest.raises(exc.DBAPIError, match="only grow"), divided.transaction() as session:
        deliver(divided, story(new_id()))
        session.execute(text(f"DELETE FROM {Month.of(story(new_id())[0].time).partition}"))


def test_events_of_any_time_find_their_month_and_are_kept_once(divided: Database) -> None:
    early, late = at(OLD, story(new_id())), at(datetime(2031, 7, 1, tzinfo=UTC), story(new_id()))
    deliver(divided, [*early[:3], *late[:3], early[3]])
    deliver(divided, [*early, *late])
    assert {"2024-02", "2031-07"} <= attached(divided)
    assert sorted(archived(divided)) == sorted(one.id for one in (*early, *late))
    with divided.reading() as session:
        assert [one.position for one in session.scalars(queries.events(ROOT, limit=4))] == [1, 2, 3, 4]


def test_months_are_made_before_they_begin(divided: Database) -> None:
    maker = MonthMaker(divided)
    clock.travel(seconds=200 * 86400)
    assert maker.step()
    assert {str(Month.of(clock.now()).later(count)) for count in range(AHEAD + 1)} <= attached(divided)
    assert not maker.step()
    assert not MonthMaker(divided).step()


def test_a_month_is_taken_out_and_what_needs_it_says_so_until_it_is_back(divided: Database) -> None:
    campaign_id = new_id()
    deliver(divided, at(OLD, story(campaign_id)))
    whole = archived(divided)
    february = Month.of(OLD)
    assert detach_month(divided, february).events == len(whole)
    deliver(divided, at(OLD, late := story(new_id()))[:2])
    assert archived(divided) == [one.id for one in late[:2]]
    with divided.transaction() as session:
        with pytest.raises(Conflict, match="lacks 2024-02"):
            start_rebuild(session, ROOT, ["all"])
        with pytest.raises(Conflict, match="lacks 2024-02"):
            evaluate_campaign(session, ROOT, campaign_id, at=OLD)
        with pytest.raises(Conflict, match="lacks 2024-02, whose events end at position 16"):
            queries.check_complete(session, after=0, incomplete=False)
        queries.check_complete(session, after=16, incomplete=False)
        queries.check_complete(session, after=0, incomplete=True)
    with pytest.raises(Conflict, match="A part of 2024-02 is in detached_events_2024_02"):
        detach_month(divided, february)
    assert rebuild_now(divided, ROOT, ["leads"], incomplete=True).events == 2
    attach_month(divided, february)
    assert archived(divided) == [*whole, *(one.id for one in late[:2])]
    with divided.reading() as session:
        assert evaluate_campaign(session, ROOT, campaign_id, at=OLD).figures["valid_leads"]["value"] == 1


def test_only_a_past_month_that_is_there_is_taken_out(
    divided: Database, fresh_database: DatabaseFactory
) -> None:
    with pytest.raises(Conflict, match="is not over"):
        detach_month(divided, Month.of(clock.now()))
    with pytest.raises(NotFound):
        detach_month(divided, Month(2001, 1))
    with pytest.raises(NotFound):
        attach_month(divided, Month(2001, 1))
    with pytest.raises(Conflict, match="on PostgreSQL only"):
        detach_month(fresh_database("reporting"), Month(2001, 1))


def test_a_moment_to_come_has_no_figures_yet(divided: Database) -> None:
    campaign_id = new_id()
    deliver(divided, story(campaign_id))
    with divided.reading() as session, pytest.raises(Invalid, match="future"):
        evaluate_campaign(session, ROOT, campaign_id, at=datetime(2999, 1, 1, tzinfo=UTC))
