"""A batch is one transaction; one that fails is taken apart until only the bad message suffers."""

from collections.abc import Callable, Sequence
from itertools import permutations
from random import Random

import eventlet
import pytest
from sqlalchemy import event as orm_event
from sqlalchemy import exc

from chassis import clock
from chassis.database import Database
from chassis.envelope import Message
from chassis.errors import NotYet
from chassis.ids import new_id
from chassis.inbox import Cause, State
from tests.chassis.toys import Deal, Desk, arrived, notes, reassign
from tests.harness.databases import POSTGRESQL, SQLITE


@pytest.fixture
def desk(toy_database: Callable[[str], Database], backend: str) -> Desk:
    return Desk(toy_database(backend))


@pytest.fixture
def sqlite_desk(toy_database: Callable[[str], Database]) -> Desk:
    return Desk(toy_database(SQLITE))


def fail(error: Exception) -> Callable[[], None]:
    def raise_it() -> None:
        raise error

    return raise_it


def commits_of(database: Database) -> list[None]:
    seen: list[None] = []
    orm_event.listen(database.engine, "commit", lambda _connection: seen.append(None))
    return seen


def test_a_batch_is_applied_in_one_transaction(desk: Desk) -> None:
    commits = commits_of(desk.database)
    desk.take(*[arrived(new_id(), 1, f"rep{number}") for number in range(50)])
    assert len(commits) == 1
    assert notes(desk.database) == [f"rep{number}" for number in range(50)]


def test_the_same_batch_again_changes_nothing(desk: Desk) -> None:
    batch = [arrived(new_id(), 1) for _ in range(20)]
    desk.take(*batch)
    desk.take(*batch)
    assert notes(desk.database) == ["a1"] * 20


def test_only_the_bad_message_of_a_batch_suffers(desk: Desk) -> None:
    desk.listener.trouble["bad"] = fail(ZeroDivisionError("by zero"))
    deals = [new_id() for _ in range(15)]
    desk.take(*[arrived(deal, 1, "bad" if deal == deals[7] else "good") for deal in deals])
    assert notes(desk.database) == ["good"] * 14
    [one] = desk.held()
    assert (one.state, one.cause, one.attempts) == (State.WAITING, Cause.ERROR, 1)
    assert one.error == "ZeroDivisionError: by zero"


def test_what_was_applied_is_told_once_and_after_its_commit(desk: Desk) -> None:
    told: list[tuple[str, list[int | None], list[str]]] = []

    def tell(queue: str, messages: Sequence[Message]) -> None:
        told.append((queue, [message.sequence for message in messages], desk.notes(deal)))

    deal, desk.applier.applied = new_id(), tell
    first, second = arrived(deal, 1), arrived(deal, 2)
    desk.take(second)
    desk.take(first, first)
    desk.retry()
    assert told == [(desk.applier.queue, [1], ["a1"]), (desk.applier.queue, [2], ["a1", "a2"])]


def test_what_a_failing_reaction_wrote_is_not_kept(desk: Desk) -> None:
    deal = new_id()
    desk.listener.trouble["bad"] = fail(ValueError("no"))
    desk.take(arrived(deal, 1, "bad"))
    assert desk.listener.calls and notes(desk.database) == []


def test_later_events_of_a_held_one_wait_behind_it_while_other_streams_flow(desk: Desk) -> None:
    deal, other = new_id(), new_id()
    desk.listener.trouble["a2"] = fail(ValueError("no"))
    desk.take(*[arrived(deal, number) for number in (1, 2, 3, 4)], arrived(other, 1))
    assert (desk.notes(deal), desk.notes(other)) == (["a1"], ["a1"])
    assert desk.causes() == [
        (2, State.WAITING, Cause.ERROR),
        (3, State.WAITING, Cause.BEHIND),
        (4, State.WAITING, Cause.BEHIND),
    ]


def test_an_event_off_its_schema_is_dead_at_once_with_the_field_named(desk: Desk) -> None:
    deal = new_id()
    bad = arrived(deal, 1)
    bad.body = bad.body.replace(b'"rule"', b"17")
    desk.take(bad, arrived(new_id(), 1))
    [one] = desk.held()
    assert (one.state, one.cause) == (State.DEAD, Cause.OFF_SCHEMA)
    assert "$.assigned_by" in one.error
    assert notes(desk.database) == ["a1"]


def test_what_has_not_arrived_yet_is_waited_for(desk: Desk) -> None:
    deal = new_id()
    desk.listener.trouble["a1"] = fail(NotYet("the plan"))
    desk.take(arrived(deal, 1))
    [one] = desk.held()
    assert (one.state, one.cause) == (State.WAITING, Cause.NOT_YET)
    assert one.next_at is not None and (one.next_at - clock.now()).total_seconds() < 1


def test_every_order_of_arrival_gives_the_same_notes(sqlite_desk: Desk) -> None:
    for order in permutations([1, 2, 3, 4]):
        deal = new_id()
        for number in order:
            sqlite_desk.take(arrived(deal, number))
            sqlite_desk.retry()
        assert sqlite_desk.notes(deal) == ["a1", "a2", "a3", "a4"]
    assert sqlite_desk.held() == []


def test_everything_three_times_and_shuffled_gives_the_same_notes(desk: Desk) -> None:
    random = Random(7)
    deals = [new_id() for _ in range(8)]
    storm = [arrived(deal, number) for deal in deals for number in range(1, 7)] * 3
    random.shuffle(storm)
    while storm:
        size = random.randint(1, 12)
        desk.take(*storm[:size])
        desk.retry()
        del storm[:size]
    assert all(desk.notes(deal) == [f"a{number}" for number in range(1, 7)] for deal in deals)
    assert desk.held() == []


def test_a_repeat_of_a_held_event_does_not_try_it_out_of_turn(desk: Desk) -> None:
    deal = new_id()
    desk.listener.trouble["a1"] = fail(ValueError("no"))
    desk.take(arrived(deal, 1))
    calls = len(desk.listener.calls)
    desk.take(arrived(deal, 1))
    assert len(desk.listener.calls) == calls
    assert [one.attempts for one in desk.held()] == [1]


def test_a_lost_race_for_a_row_is_simply_run_again(toy_database: Callable[[str], Database]) -> None:
    desk = Desk(toy_database(POSTGRESQL))
    with desk.database.transaction() as session:
        deal = Deal(assignee="")
        session.add(deal)

    races = [True]

    def race() -> None:
        if races:
            races.pop()
            with desk.database.transaction() as session:
                reassign(session, session.get_one(Deal, deal.id), "somebody else")
            raise_stale(desk.database, deal)

    desk.listener.trouble["a1"] = race
    desk.take(arrived(new_id(), 1))
    assert (notes(desk.database), desk.held()) == (["a1"], [])


def raise_stale(database: Database, stale: Deal) -> None:
    with database.transaction() as session:
        session.add(stale)
        reassign(session, stale, "me")


def test_while_the_database_is_away_nothing_is_held_against_the_message(sqlite_desk: Desk) -> None:
    lost = exc.OperationalError("SELECT 1", {}, Exception("server closed the connection"))
    sqlite_desk.listener.trouble["a1"] = fail(lost)
    message = arrived(new_id(), 1)
    with pytest.raises(exc.OperationalError):
        sqlite_desk.take(message)
    assert sqlite_desk.held() == []
    sqlite_desk.listener.trouble.clear()
    sqlite_desk.take(message)
    assert notes(sqlite_desk.database) == ["a1"]


def test_an_event_without_a_number_is_applied_once(desk: Desk) -> None:
    deal = new_id()
    for _ in range(2):
        desk.take(arrived(deal, None, "ada", id="only"))
    desk.take(arrived(deal, None, "bob", id="another"))
    assert desk.notes(deal) == ["ada", "bob"]


def test_an_event_that_nobody_reacts_to_moves_its_stream_all_the_same(desk: Desk) -> None:
    deal = new_id()
    unheard = arrived(deal, 1, type="lead.captured.v1")
    desk.take(unheard, arrived(deal, 2))
    assert (desk.notes(deal), desk.held()) == (["a2"], [])


def test_readers_at_the_same_time_never_apply_an_event_twice(desk: Desk) -> None:
    deals = [new_id() for _ in range(6)]
    batch = [arrived(deal, number) for number in range(1, 5) for deal in deals]
    desk.listener.trouble["a2"] = lambda: eventlet.sleep(0.002)
    other = Desk(desk.database)
    other.listener.trouble["a3"] = lambda: eventlet.sleep(0.002)
    readers = [eventlet.spawn(take_in_pieces, one, batch, size) for one, size in ((desk, 5), (other, 7))]
    for reader in readers:
        reader.wait()
    desk.retry()
    assert all(desk.notes(deal) == ["a1", "a2", "a3", "a4"] for deal in deals)


def take_in_pieces(desk: Desk, batch: list[object], size: int) -> None:
    for start in range(0, len(batch), size):
        desk.take(*batch[start : start + size])  # type: ignore[arg-type]
