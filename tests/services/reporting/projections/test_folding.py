"""Messages become archived events and projected rows, in whatever batches and order they arrive."""

import random
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import select

from chassis.database import Database
from chassis.envelope import Message
from chassis.ids import new_id
from services.reporting.archive.model import ArchivedEvent
from tests.services.reporting.builders import approval_opened, message, outcomes, story
from tests.services.reporting.rows import deliver, folded, rows_of

CAMPAIGN = new_id()


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("reporting")


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


@pytest.mark.parametrize("seed", range(2))
def test_the_rows_do_not_depend_on_the_order_of_the_aggregates(database: Database, seed: int) -> None:
    messages = [*story(CAMPAIGN), *story(new_id())]
    deliver(database, shuffled_across_aggregates(messages, seed), batch=3)
    assert rows_of(database) == folded(database)


def test_a_page_of_five_hundred_outcomes_reaches_five_hundred_targets(database: Database) -> None:
    mailing, targets = new_id(), [new_id() for _ in range(500)]
    deliver(database, [message(outcomes(CAMPAIGN, targets, mailing_id=mailing), mailing)])
    assert len(rows_of(database)["targets"]) == 500


def test_the_approval_of_a_plan_is_archived_under_its_campaign(database: Database) -> None:
    approval = new_id()
    deliver(database, [message(approval_opened(approval, CAMPAIGN), approval)])
    with database.reading() as session:
        assert session.scalars(select(ArchivedEvent.campaign_id)).all() == [CAMPAIGN]
