"""The store: what is due, what is a repeat, what is too early, and how streams move."""

from collections.abc import Callable

import eventlet
import pytest
from sqlalchemy import select

from chassis import inbox
from chassis.applying import Raced
from chassis.database import Database
from chassis.ids import new_id
from chassis.inbox import Cause, State
from tests.chassis.toys import Desk, arrived, held
from tests.harness.databases import POSTGRESQL


@pytest.fixture
def database(toy_database: Callable[[str], Database], backend: str) -> Database:
    return toy_database(backend)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def position(database: Database, stream: str) -> int:
    with database.transaction() as session:
        return inbox.lock_stream(session, stream)


def test_a_batch_in_any_order_is_sorted_within_its_streams(database: Database) -> None:
    one, two = new_id(), new_id()
    batch = [arrived(one, 3), arrived(two, 2), arrived(one, 1), arrived(two, 1), arrived(one, 2)]
    with database.transaction() as session:
        due = inbox.sort_batch(session, batch)
    assert [message.position for message in due.fresh if message.subject == f"lead/{one}"] == [1, 2, 3]
    assert [message.position for message in due.fresh if message.subject == f"lead/{two}"] == [1, 2]
    assert due.moved == {arrived(one, 1).stream: 3, arrived(two, 1).stream: 2}


def test_repeats_are_counted_and_what_is_too_early_is_kept_apart(database: Database) -> None:
    deal = new_id()
    with database.transaction() as session:
        due = inbox.sort_batch(session, [arrived(deal, 1), arrived(deal, 1), arrived(deal, 4)])
    assert ([one.position for one in due.fresh], due.repeated) == ([1], 1)
    assert [one.position for one in due.ahead] == [4]


def test_a_stream_that_another_reader_began_meanwhile_cannot_be_begun_again(
    toy_database: Callable[[str], Database],
) -> None:
    database = toy_database(POSTGRESQL)
    deal = new_id()
    stream = arrived(deal, 1).stream
    with pytest.raises(Raced), database.transaction() as slow:
        due = inbox.sort_batch(slow, [arrived(deal, 1), arrived(deal, 2)])
        with database.transaction() as fast:
            assert inbox.move(fast, inbox.sort_batch(fast, [arrived(deal, 1)]).moved, new={stream})
        if not inbox.move(slow, due.moved, new=due.new):
            raise Raced
    assert position(database, stream) == 1


def test_two_readers_of_one_new_stream_apply_each_event_once(database: Database) -> None:
    deal = new_id()
    desks = [Desk(database), Desk(database)]
    for desk in desks:
        desk.listener.trouble["a1"] = lambda: eventlet.sleep(0.05)
    first = eventlet.spawn(desks[0].take, arrived(deal, 1))
    eventlet.sleep(0.01)
    second = eventlet.spawn(desks[1].take, arrived(deal, 1), arrived(deal, 2))
    first.wait()
    second.wait()
    assert desks[0].notes(deal) == ["a1", "a2"]


def test_an_event_is_held_once_however_often_it_comes(desk: Desk) -> None:
    deal = new_id()
    for _ in range(3):
        desk.take(arrived(deal, 2))
    assert desk.causes() == [(2, State.WAITING, Cause.GAP)]


def test_what_the_database_cannot_store_as_text_does_not_hinder_holding(database: Database) -> None:
    message = arrived(new_id(), 1)
    message.headers |= {"odd": "zero\0 and half \ud800", "when": message.time, "list": [{"raw": b"\xff"}]}
    with database.transaction() as session:
        inbox.hold(session, "campaign.leads", [message], cause=Cause.ERROR, error="zero\0")
    [event] = held(database)
    assert event.error == "zero\N{REPLACEMENT CHARACTER}"
    assert set(event.headers) > {"odd", "when", "list", "ce-id"}


def test_streams_remember_when_they_moved(desk: Desk) -> None:
    deal = new_id()
    desk.take(arrived(deal, 1), arrived(deal, 2))
    with desk.database.reading() as session:
        [row] = session.execute(select(inbox.positions))
    assert (row.position, row.holding) == (2, False)
    assert row.moved_at.tzinfo
