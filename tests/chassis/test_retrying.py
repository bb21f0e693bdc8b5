"""Held events get their tries in time and in order, and what runs out of tries is dead."""

from collections.abc import Callable

import pytest
from sqlalchemy import exc, update

from chassis import clock, dead, inbox
from chassis.applying import PATIENCE
from chassis.database import Database
from chassis.errors import NotYet
from chassis.ids import new_id
from chassis.inbox import Cause, State, held_events
from chassis.retrying import CRASHES, Retrier, oldest, retries
from tests.chassis.toys import QUEUE, Desk, arrived, settle
from tests.harness.databases import SQLITE


class Killed(BaseException):
    """Ends the process as far as the chassis is concerned: nothing of it catches this."""


@pytest.fixture
def desk(toy_database: Callable[[str], Database], backend: str) -> Desk:
    return Desk(toy_database(backend))


@pytest.fixture
def sqlite_desk(toy_database: Callable[[str], Database]) -> Desk:
    return Desk(toy_database(SQLITE))


def fail() -> None:
    raise ValueError("no")


def wait_for_it() -> None:
    raise NotYet("the plan")


def die() -> None:
    raise Killed


def test_a_failed_event_is_tried_again_after_its_pause_and_not_before(desk: Desk) -> None:
    deal = new_id()
    desk.listener.trouble["a1"] = fail
    desk.take(arrived(deal, 1))
    desk.listener.trouble.clear()
    desk.retry()
    assert desk.notes(deal) == []
    clock.travel(seconds=11)
    desk.retry()
    assert (desk.notes(deal), desk.held()) == (["a1"], [])


def test_tries_are_counted_and_the_longest_wait_is_shown(sqlite_desk: Desk) -> None:
    deal, before = new_id(), _tries()
    sqlite_desk.listener.trouble["a1"] = fail
    sqlite_desk.take(arrived(deal, 1))
    clock.travel(seconds=11)
    sqlite_desk.retry()
    sqlite_desk.retrier.count()
    assert oldest.labels(queue=QUEUE.name)._value.get() == pytest.approx(11, abs=2)
    sqlite_desk.listener.trouble.clear()
    clock.travel(seconds=100)
    sqlite_desk.retry()
    sqlite_desk.retrier.count()
    assert oldest.labels(queue=QUEUE.name)._value.get() == 0
    assert [after - was for after, was in zip(_tries(), before, strict=True)] == [1, 1]


def _tries() -> list[float]:
    return [retries.labels(queue=QUEUE.name, outcome=one)._value.get() for one in ("failed", "applied")]


def test_pauses_double_up_to_the_cap(sqlite_desk: Desk) -> None:
    pauses = [
        (sqlite_desk.applier.next_try(attempts) - clock.now()).total_seconds() for attempts in (1, 2, 3, 9)
    ]
    assert [round(pause) for pause in pauses] == [10, 20, 40, 40]


def test_after_the_last_try_an_event_is_dead_and_stays_so(desk: Desk) -> None:
    deal = new_id()
    desk.listener.trouble["a1"] = fail
    desk.take(arrived(deal, 1))
    for seconds in (100, 200, 300, 400):
        clock.travel(seconds=seconds)
        desk.retry()
    [one] = desk.held()
    assert (one.state, one.cause, one.attempts) == (State.DEAD, Cause.ERROR, 3)


def test_when_the_first_passes_those_behind_follow_in_order(desk: Desk) -> None:
    deal = new_id()
    desk.listener.trouble["a2"] = fail
    desk.take(*[arrived(deal, number) for number in range(1, 7)])
    desk.listener.trouble.clear()
    clock.travel(seconds=11)
    desk.retry()
    assert desk.notes(deal) == [f"a{number}" for number in range(1, 7)]
    assert desk.held() == []


def test_events_that_arrive_while_the_first_waits_line_up_behind_it(desk: Desk) -> None:
    deal = new_id()
    desk.listener.trouble["a1"] = fail
    for number in (1, 2, 3):
        desk.take(arrived(deal, number))
    assert [cause for _, _, cause in desk.causes()] == [Cause.ERROR, Cause.BEHIND, Cause.BEHIND]
    desk.listener.trouble.clear()
    clock.travel(seconds=11)
    desk.retry()
    desk.take(arrived(deal, 4))
    assert desk.notes(deal) == ["a1", "a2", "a3", "a4"]


def test_a_dead_event_holds_back_its_own_stream_only(desk: Desk) -> None:
    deal, other = new_id(), new_id()
    desk.listener.trouble["bad"] = fail
    desk.take(arrived(deal, 1, "bad"))
    for seconds in (100, 200, 300):
        clock.travel(seconds=seconds)
        desk.retry()
    desk.take(arrived(deal, 2), arrived(other, 1), arrived(other, 2))
    assert (desk.notes(deal), desk.notes(other)) == ([], ["a1", "a2"])
    assert desk.causes() == [(1, State.DEAD, Cause.ERROR), (2, State.WAITING, Cause.BEHIND)]


def test_three_before_two_waits_for_two(desk: Desk) -> None:
    deal = new_id()
    desk.take(arrived(deal, 1), arrived(deal, 3))
    assert desk.notes(deal) == ["a1"]
    desk.take(arrived(deal, 2))
    desk.retry()
    assert (desk.notes(deal), desk.held()) == (["a1", "a2", "a3"], [])


def test_a_gap_is_passed_when_it_has_lasted_too_long(desk: Desk) -> None:
    deal = new_id()
    desk.take(arrived(deal, 1), arrived(deal, 3), arrived(deal, 4))
    clock.travel(seconds=desk.settings.gap_seconds - 1)
    desk.retry()
    assert desk.notes(deal) == ["a1"]
    clock.travel(seconds=desk.settings.gap_seconds + 1)
    desk.retry()
    assert (desk.notes(deal), desk.held()) == (["a1", "a3", "a4"], [])


def test_what_arrives_after_its_gap_was_passed_is_dropped(desk: Desk) -> None:
    deal = new_id()
    desk.take(arrived(deal, 2))
    clock.travel(seconds=60)
    desk.retry()
    desk.take(arrived(deal, 1))
    assert desk.notes(deal) == ["a2"]


def test_waiting_for_another_event_does_not_use_up_the_tries(desk: Desk) -> None:
    deal = new_id()
    desk.listener.trouble["a1"] = wait_for_it
    desk.take(arrived(deal, 1))
    for seconds in range(50, 1050, 50):
        clock.travel(seconds=seconds)
        desk.retry()
    [one] = desk.held()
    assert (one.state, one.cause) == (State.WAITING, Cause.NOT_YET)
    assert one.attempts > desk.settings.attempts
    desk.listener.trouble.clear()
    clock.travel(seconds=2000)
    desk.retry()
    assert desk.notes(deal) == ["a1"]


def test_patience_ends(sqlite_desk: Desk) -> None:
    sqlite_desk.listener.trouble["a1"] = wait_for_it
    sqlite_desk.take(arrived(new_id(), 1))
    clock.travel(seconds=PATIENCE.total_seconds() + 60)
    sqlite_desk.retry()
    assert sqlite_desk.causes() == [(1, State.DEAD, Cause.NOT_YET)]


def test_patience_begins_when_an_event_is_first_in_its_stream(sqlite_desk: Desk) -> None:
    deal = new_id()
    sqlite_desk.listener.trouble |= {"a1": fail, "a2": wait_for_it}
    sqlite_desk.take(arrived(deal, 1), arrived(deal, 2))
    sqlite_desk.listener.trouble.pop("a1")
    clock.travel(seconds=PATIENCE.total_seconds() + 60)
    sqlite_desk.retry()
    assert sqlite_desk.causes() == [(2, State.WAITING, Cause.NOT_YET)]


def test_a_message_that_ends_the_process_is_dead_after_as_many_deaths_as_are_allowed(desk: Desk) -> None:
    deal = new_id()
    desk.listener.trouble["a1"] = die
    deaths = 0
    for _ in range(CRASHES + 3):
        retrier = Retrier(desk.applier)
        if deaths and not retrier.survives(arrived(deal, 1)):
            break
        with pytest.raises(Killed):
            desk.take(arrived(deal, 1))
        deaths += 1
    assert deaths == CRASHES
    assert desk.causes() == [(1, State.DEAD, Cause.CRASH)]


def test_a_message_that_comes_again_to_a_process_that_lives_is_not_blamed(desk: Desk) -> None:
    deal = new_id()
    for _ in range(CRASHES + 3):
        assert desk.retrier.survives(arrived(deal, 1))
    assert [one.attempts for one in desk.held()] == [1]
    desk.take(arrived(deal, 1))
    assert (desk.notes(deal), desk.held()) == (["a1"], [])


def test_an_innocent_neighbour_of_a_message_that_kills_is_applied(desk: Desk) -> None:
    killer, neighbour = arrived(new_id(), 1, "bad"), arrived(new_id(), 1, "good")
    desk.listener.trouble["bad"] = die
    with pytest.raises(Killed):
        desk.take(killer, neighbour)
    again = Retrier(desk.applier)
    assert again.survives(neighbour)
    desk.take(neighbour)
    assert [note for note in desk.listener.calls if note == "good"] == ["good"]
    assert desk.held() == []


def test_a_held_event_that_ends_the_process_is_dead_in_the_end_too(desk: Desk) -> None:
    deal = new_id()
    desk.listener.trouble["a1"] = fail
    desk.take(arrived(deal, 1))
    desk.listener.trouble["a1"] = die
    deaths = 0
    for number in range(1, 10):
        clock.travel(seconds=100 * number)
        try:
            desk.retry()
        except Killed:
            deaths += 1
    assert 0 < deaths <= CRASHES
    assert desk.causes() == [(1, State.DEAD, Cause.CRASH)]


def test_an_event_that_was_interrupted_by_the_database_is_not_blamed(sqlite_desk: Desk) -> None:
    deal = new_id()
    lost = exc.OperationalError("SELECT 1", {}, Exception("server closed the connection"))

    def lose_the_database() -> None:
        raise lost

    sqlite_desk.listener.trouble["a1"] = fail
    sqlite_desk.take(arrived(deal, 1))
    sqlite_desk.listener.trouble["a1"] = lose_the_database
    for number in range(1, 6):
        clock.travel(seconds=100 * number)
        with pytest.raises(exc.OperationalError):
            sqlite_desk.retry()
    sqlite_desk.listener.trouble.clear()
    sqlite_desk.retry()
    assert (sqlite_desk.notes(deal), sqlite_desk.held()) == (["a1"], [])


def test_one_that_was_undecodable_is_applied_and_gone_when_it_can_be_read_after_a_fix(desk: Desk) -> None:
    deal = new_id()
    message = arrived(deal, 1)
    whole = message.headers
    message.headers, message.sequence, message.id = {}, None, "undecodable-1"
    with desk.database.transaction() as session:
        inbox.hold(session, "campaign.leads", [message], cause=Cause.UNDECODABLE, state=State.DEAD)
    settle(desk.database, dead.replay, 1)
    desk.retry()
    assert desk.causes() == [(1, State.DEAD, Cause.UNDECODABLE)]
    with desk.database.transaction() as session:
        session.execute(update(held_events).values(headers=whole))
    settle(desk.database, dead.replay, 1)
    desk.retry()
    assert (desk.notes(deal), desk.held()) == (["a1"], [])


def test_the_next_look_is_when_the_next_event_is_due(sqlite_desk: Desk) -> None:
    assert sqlite_desk.retrier.seconds_to_next(0.5) == 0.5
    sqlite_desk.listener.trouble["a1"] = fail
    sqlite_desk.take(arrived(new_id(), 1))
    assert 5 < sqlite_desk.retrier.seconds_to_next(60) <= 10
