"""What a transaction published is in the outbox exactly when the transaction is committed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import eventlet
import pytest
from sqlalchemy import exc, select
from sqlalchemy.orm.exc import StaleDataError

from chassis import tracing
from chassis.database import Aggregate, Database
from chassis.ids import new_id
from chassis.outbox import outbox, publish
from contracts.event import Event
from tests.chassis.toys import Deal, Note, assignment, notes, reassign, write_deals


@pytest.fixture
def database(toy_database: Callable[[str], Database], backend: str) -> Database:
    return toy_database(backend)


def rows(database: Database) -> list[Any]:
    with database.reading() as session:
        return list(session.execute(select(outbox).order_by(outbox.c.id)))


def test_an_event_stands_in_the_outbox_as_it_goes_on_the_wire(database: Database) -> None:
    [deal_id] = write_deals(database, count=1)
    [row] = rows(database)
    assert (row.type, row.subject, row.sequence) == ("lead.assigned.v1", f"lead/{deal_id}", 1)
    assert f'"lead_id":"{deal_id}"' in row.data and '"assignee":"a1"' in row.data
    assert row.event_id and datetime.fromisoformat(row.time).tzinfo


def test_every_event_raises_the_version_of_its_aggregate(database: Database) -> None:
    [deal_id] = write_deals(database, count=1, changes=3)
    assert [row.sequence for row in rows(database)] == [1, 2, 3]
    with database.reading() as session:
        assert session.get_one(Deal, deal_id).version == 3


def test_several_events_of_one_transaction_keep_their_order(database: Database) -> None:
    with database.transaction() as session:
        deal = Deal(assignee="")
        session.add(deal)
        for number in range(5):
            reassign(session, deal, f"a{number}")
    assert [row.sequence for row in rows(database)] == [1, 2, 3, 4, 5]


def test_a_transaction_that_is_rolled_back_leaves_no_event(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        deal = Deal(assignee="")
        session.add(deal)
        reassign(session, deal, "ada")
        session.flush()
        raise ZeroDivisionError
    assert rows(database) == []


def test_events_of_a_savepoint_that_is_rolled_back_vanish_and_the_others_stay(database: Database) -> None:
    with database.transaction() as session:
        first, second = Deal(assignee=""), Deal(assignee="")
        session.add_all([first, second])
        reassign(session, first, "before")
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            reassign(session, second, "undone")
            raise ZeroDivisionError
        reassign(session, first, "after")
    assert [(row.subject, row.sequence) for row in rows(database)] == [
        (f"lead/{first.id}", 1),
        (f"lead/{first.id}", 2),
    ]


def test_a_flush_that_fails_in_a_savepoint_takes_no_event_of_the_outside_with_it(database: Database) -> None:
    with database.transaction() as session:
        deal = Deal(assignee="")
        session.add_all([deal, Note(id=1, deal_id=new_id(), assignee="")])
        reassign(session, deal, "before")
        session.flush()
        session.expunge_all()
        session.add(deal)
        with pytest.raises(exc.IntegrityError), session.begin_nested():
            session.add(Note(id=1, deal_id=new_id(), assignee="twice"))
            session.flush()
    assert [row.sequence for row in rows(database)] == [1]
    assert notes(database) == [""]


def test_a_savepoint_inside_one_that_is_rolled_back_leaves_no_event(database: Database) -> None:
    with database.transaction() as session:
        outside, inside = Deal(assignee=""), Deal(assignee="")
        session.add_all([outside, inside])
        reassign(session, outside, "stays")
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            with session.begin_nested():
                reassign(session, inside, "released, then undone")
            raise ZeroDivisionError
    assert [row.subject for row in rows(database)] == [f"lead/{outside.id}"]


def test_concurrent_writers_of_one_aggregate_never_write_out_of_order(database: Database) -> None:
    [deal_id] = write_deals(database, count=1)
    lost = [0]

    def change(writer: int) -> None:
        for number in range(5):
            change_until_it_counts(database, deal_id, f"{writer}-{number}", lost)

    for writer in [eventlet.spawn(change, number) for number in range(6)]:
        writer.wait()
    assert [row.sequence for row in rows(database)] == list(range(1, 32))


def change_until_it_counts(database: Database, deal_id: UUID, assignee: str, lost: list[int]) -> None:
    while True:
        try:
            with database.transaction() as session:
                deal = session.get_one(Deal, deal_id)
                eventlet.sleep(0.001)
                reassign(session, deal, assignee)
            return
        except StaleDataError:
            lost[0] += 1


def test_a_commit_with_events_wakes_the_relay_and_one_without_does_not(database: Database) -> None:
    with database.transaction() as session:
        session.add(Note(deal_id=new_id(), assignee=""))
    assert not database.wake_up.is_set()
    write_deals(database, count=1)
    assert database.wake_up.is_set()


def test_a_rollback_wakes_nobody(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        deal = Deal(assignee="")
        session.add(deal)
        reassign(session, deal, "ada")
        raise ZeroDivisionError
    assert not database.wake_up.is_set()


def test_the_trace_of_the_caller_travels_with_the_event(database: Database) -> None:
    with tracing.start({}, "test"):
        here = tracing.current()
        write_deals(database, count=1)
    assert here and rows(database)[0].traceparent == here


def test_an_event_that_no_contract_declares_is_refused(database: Database) -> None:
    class Unknown(Event):
        pass

    deal: Aggregate = Deal(assignee="")
    with database.reading() as session, pytest.raises(KeyError):
        publish(session, deal, Unknown())
    assert deal.version == 0
    assert assignment(deal.id, "ada").lead_id == deal.id
