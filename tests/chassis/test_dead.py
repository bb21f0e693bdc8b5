"""An operator sees what was set aside and why, replays it after a fix, or gives it up."""

from collections.abc import Callable

import pytest

from chassis import clock, dead, inbox
from chassis.database import Database
from chassis.errors import Conflict, NotFound
from chassis.ids import new_id
from chassis.inbox import Cause, State
from tests.chassis.toys import Desk, arrived, settle


@pytest.fixture
def desk(toy_database: Callable[[str], Database], backend: str) -> Desk:
    return Desk(toy_database(backend), attempts=1)


def fail() -> None:
    raise ValueError("no such region")


def test_a_dead_event_is_listed_with_its_reason_and_one_that_waits_is_not(desk: Desk) -> None:
    desk.listener.trouble["bad"] = fail
    desk.take(arrived(new_id(), 1, "bad"), arrived(new_id(), 2))
    with desk.database.reading() as session:
        [one] = dead.held(session)
    assert one.error == "ValueError: no such region"
    assert (one.queue, one.type, one.cause) == ("campaign.leads", "lead.assigned.v1", Cause.ERROR)


def test_every_dead_event_is_listed_however_many_there_are(desk: Desk) -> None:
    with desk.database.transaction() as session:
        many = [arrived(new_id(), 1) for _ in range(250)]
        inbox.hold(session, "campaign.leads", many, cause=Cause.ERROR, state=State.DEAD)
    with desk.database.reading() as session:
        assert len(dead.held(session)) == 250
        assert len(dead.held(session, limit=10)) == 10


def test_showing_one_tells_how_many_wait_behind_it(desk: Desk) -> None:
    deal = new_id()
    desk.listener.trouble["a1"] = fail
    desk.take(*[arrived(deal, number) for number in (1, 2, 3)], arrived(new_id(), 5))
    with desk.database.reading() as session:
        event, behind = dead.show(session, dead.held(session)[0].id)
    assert behind == 2
    assert b'"assignee":"a1"' in event.body and event.headers["ce-sequence"] == "1"


def test_after_a_replay_the_event_and_those_behind_it_follow_in_order(desk: Desk) -> None:
    deal = new_id()
    desk.listener.trouble["a1"] = fail
    desk.take(*[arrived(deal, number) for number in (1, 2, 3)])
    desk.listener.trouble.clear()
    settle(desk.database, dead.replay, 1)
    desk.retry()
    assert (desk.notes(deal), desk.held()) == (["a1", "a2", "a3"], [])


def test_a_replay_without_a_fix_leaves_it_dead_and_the_others_waiting(desk: Desk) -> None:
    deal = new_id()
    desk.listener.trouble["a1"] = fail
    desk.take(arrived(deal, 1), arrived(deal, 2))
    settle(desk.database, dead.replay, 1)
    desk.retry()
    assert desk.causes() == [(1, State.DEAD, Cause.ERROR), (2, State.WAITING, Cause.BEHIND)]


def test_discarding_lets_the_next_go_on(desk: Desk) -> None:
    deal = new_id()
    desk.listener.trouble["a2"] = fail
    desk.take(*[arrived(deal, number) for number in (1, 2, 3)])
    settle(desk.database, dead.discard, 2)
    desk.retry()
    desk.take(arrived(deal, 4))
    assert (desk.notes(deal), desk.held()) == (["a1", "a3", "a4"], [])


def test_discarding_the_only_one_leaves_the_stream_open(desk: Desk) -> None:
    deal = new_id()
    desk.listener.trouble["a1"] = fail
    desk.take(arrived(deal, 1))
    settle(desk.database, dead.discard, 1)
    desk.take(arrived(deal, 2))
    assert (desk.notes(deal), desk.held()) == (["a2"], [])


def test_a_discarded_event_that_is_delivered_again_stays_discarded(desk: Desk) -> None:
    deal = new_id()
    desk.listener.trouble["a1"] = fail
    desk.take(arrived(deal, 1))
    settle(desk.database, dead.discard, 1)
    desk.listener.trouble.clear()
    desk.take(arrived(deal, 1))
    assert (desk.notes(deal), desk.held()) == ([], [])


def test_one_that_stands_behind_another_cannot_be_discarded_over_its_head(desk: Desk) -> None:
    deal = new_id()
    desk.listener.trouble["a1"] = fail
    desk.take(arrived(deal, 1))
    with desk.database.transaction() as session:
        inbox.hold(
            session, "campaign.leads", [arrived(deal, 2)], cause=Cause.DELIVERY_LIMIT, state=State.DEAD
        )
    with pytest.raises(Conflict, match="first"):
        settle(desk.database, dead.discard, 2)
    assert [position for position, _, _ in desk.causes()] == [1, 2]


def test_only_dead_events_are_replayed_or_discarded(desk: Desk) -> None:
    desk.take(arrived(new_id(), 2))
    for what in (dead.replay, dead.discard):
        with pytest.raises(Conflict, match="waiting"):
            settle(desk.database, what, 2)


def test_an_event_that_is_not_there_is_not_found(desk: Desk) -> None:
    with desk.database.reading() as session, pytest.raises(NotFound):
        dead.show(session, 4711)


def test_dead_events_wait_for_the_operator_however_long_it_takes(desk: Desk) -> None:
    desk.listener.trouble["a1"] = fail
    desk.take(arrived(new_id(), 1))
    calls = len(desk.listener.calls)
    clock.travel(seconds=10_000_000)
    desk.retry()
    assert len(desk.listener.calls) == calls
