"""Messages become archived events and projected rows, in whatever batches and order they arrive."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import delete, select

from chassis.database import Database, Session
from chassis.envelope import Message
from chassis.ids import new_id
from services.reporting.archive.actions import store
from services.reporting.archive.model import ArchivedEvent
from services.reporting.base import Base
from services.reporting.projections.actions import fold, rebuild
from services.reporting.projections.shapes import SHAPES
from tests.services.reporting.builders import approval_opened, launched, message, outcomes, story

CAMPAIGN = new_id()

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("reporting")


def deliver(database: Database, messages: Sequence[Message], *, batch: int = 200) -> None:
    for start in range(0, len(messages), batch):
        with database.transaction() as session:
            fold(session, store(session, messages[start : start + batch]))


def rows_of(database: Database, *, leave_out: tuple[str, ...] = ()) -> Rows:
    """Every projected row, sorted, without the columns of ``leave_out``."""
    with database.reading() as session:
        return {shape.name: _rows(session, shape.name, leave_out) for shape in SHAPES}


def _rows(session: Session, name: str, leave_out: tuple[str, ...]) -> list[tuple[Any, ...]]:
    table = Base.metadata.tables[name]
    columns = [column for column in table.columns if column.name not in leave_out]
    return sorted((tuple(row) for row in session.execute(select(*columns))), key=repr)


def shuffled_across_aggregates(messages: Sequence[Message], seed: int) -> list[Message]:
    """The messages mixed, those of one aggregate still in their order."""
    queues: dict[str, list[Message]] = {}
    for one in messages:
        queues.setdefault(one.stream, []).append(one)
    turns = [one.stream for one in messages]
    random.Random(seed).shuffle(turns)
    return [queues[stream].pop(0) for stream in turns]


def test_every_event_is_archived_as_it_came(database: Database) -> None:
    messages = story(CAMPAIGN)
    deliver(database, messages)
    with database.reading() as session:
        archived = session.scalars(select(ArchivedEvent).order_by(ArchivedEvent.position)).all()
    assert [one.event_id for one in archived] == [one.id for one in messages]
    assert [one.position for one in archived] == list(range(1, len(messages) + 1))
    assert [one.data.encode() for one in archived] == [one.body for one in messages]
    assert {one.campaign_id for one in archived} == {CAMPAIGN}


def test_an_event_that_comes_again_changes_nothing(database: Database) -> None:
    messages = story(CAMPAIGN)
    deliver(database, messages)
    before = rows_of(database)
    deliver(database, messages)
    deliver(database, [messages[0], messages[0]])
    assert rows_of(database) == before
    with database.reading() as session:
        assert len(session.scalars(select(ArchivedEvent)).all()) == len(messages)


@pytest.mark.parametrize("seed", range(5))
def test_the_rows_do_not_depend_on_the_order_of_the_aggregates(database: Database, seed: int) -> None:
    other = new_id()
    messages = [*story(CAMPAIGN), *story(other)]
    deliver(database, messages)
    positions = ("first_position", "last_position")
    expected = rows_of(database, leave_out=positions)
    _empty(database)
    deliver(database, shuffled_across_aggregates(messages, seed), batch=3)
    assert rows_of(database, leave_out=positions) == expected


def test_a_rebuild_from_the_archive_gives_the_same_rows(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reporting.projections.actions.REBUILD_CHUNK", 5)
    monkeypatch.setattr("services.reporting.archive.queries.READ_AT_ONCE", 3)
    messages = story(CAMPAIGN)
    deliver(database, messages, batch=4)
    expected = rows_of(database)
    assert any(expected.values())
    assert rebuild(database) == len(messages)
    assert rows_of(database) == expected


def test_a_rebuild_drops_what_the_archive_does_not_tell(database: Database) -> None:
    with database.transaction() as session:
        stray = message(launched(CAMPAIGN, 3), CAMPAIGN)
        fold(session, store(session, [stray]))
        session.execute(delete(ArchivedEvent))
    rebuild(database)
    assert not any(rows_of(database).values())


def test_a_page_of_five_hundred_outcomes_reaches_five_hundred_targets(database: Database) -> None:
    mailing, targets = new_id(), [new_id() for _ in range(500)]
    deliver(database, [message(outcomes(CAMPAIGN, targets, mailing_id=mailing), mailing)])
    assert len(rows_of(database)["targets"]) == 500


def _empty(database: Database) -> None:
    with database.transaction() as session:
        session.execute(delete(ArchivedEvent))
    rebuild(database)


def test_the_approval_of_a_plan_is_archived_under_its_campaign(database: Database) -> None:
    approval = new_id()
    deliver(database, [message(approval_opened(approval, CAMPAIGN), approval)])
    with database.reading() as session:
        assert session.scalars(select(ArchivedEvent.campaign_id)).all() == [CAMPAIGN]
