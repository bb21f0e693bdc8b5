"""A reader takes its queue in batches, and neither a fault of its own nor of others loses an event."""

import json
import sys
from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID

import eventlet
import kombu
import pytest
from sqlalchemy import exc
from structlog.testing import capture_logs

from chassis import broker, dead, reader
from chassis.database import Database
from chassis.ids import new_id
from chassis.inbox import Cause, State
from contracts.topology import Queue
from fanfare.local.process import Child, wait_until
from tests.chassis.toys import (
    QUEUE,
    TYPE,
    Desk,
    body,
    headers,
    held,
    notes,
    running,
    settle,
    ship_from,
    write_deals,
)
from tests.harness.databases import POSTGRESQL, SQLITE

SECONDS = 30.0
QUICK = {"retry_base_seconds": 0.05, "retry_cap_seconds": 0.2, "attempts": 3, "gap_seconds": 0.5}


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers look up more often, and relays declare no queue but the one that is read here."""
    monkeypatch.setattr(reader, "IDLE_SECONDS", 0.05)
    monkeypatch.setattr(broker, "QUEUES", {QUEUE.name: QUEUE})


@pytest.fixture(params=["memory", "rabbitmq"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "memory":
        return "memory://"
    found: str = request.getfixturevalue("broker_url")
    return found


@pytest.fixture
def desk(toy_database: Callable[[str], Database]) -> Desk:
    return Desk(toy_database(SQLITE), **QUICK)


def send(url: str, *sent: tuple[dict[str, Any], bytes], exchange: str = "") -> None:
    """Put messages straight into a queue, as whatever may reach it."""
    with broker.connected(url) as connection:
        channel = connection.channel()
        broker.declare_queue(channel, QUEUE)
        producer = kombu.Producer(channel)
        for given, text in sent:
            producer.publish(
                text,
                exchange=exchange,
                routing_key=QUEUE.name,
                headers=given,
                content_type="application/json",
                content_encoding="utf-8",
            )
        broker.declare_queue(channel, QUEUE)  # answered after everything before it was taken


def event(deal: UUID, sequence: int, assignee: str = "") -> tuple[dict[str, Any], bytes]:
    return headers(deal, sequence), body(deal, assignee or f"a{sequence}")


def noted(desk: Desk, count: int) -> bool:
    return wait_until(lambda: len(notes(desk.database)) >= count, seconds=SECONDS)


def fail() -> None:
    raise ValueError("no")


def test_events_arrive_from_the_other_side_once_and_in_order(desk: Desk, url: str) -> None:
    with running(ship_from(desk.database, url), desk.read_from(url)):
        deals = write_deals(desk.database, count=5, changes=6)
        assert noted(desk, 30)
    assert all(desk.notes(deal) == [f"a{number}" for number in range(1, 7)] for deal in deals)


def test_more_than_the_broker_hands_out_at_once_is_read_to_the_end(desk: Desk, url: str) -> None:
    deals = [new_id() for _ in range(600)]
    with running(desk.read_from(url)):
        send(url, *[event(deal, 1) for deal in deals])
        assert noted(desk, 600)
    assert len(notes(desk.database)) == 600


def test_tripled_and_shuffled_deliveries_give_the_same_notes(desk: Desk, url: str) -> None:
    deals = [new_id() for _ in range(10)]
    storm = [event(deal, number) for deal in deals for number in range(1, 6)] * 3
    Random(3).shuffle(storm)
    with running(desk.read_from(url)):
        send(url, *storm)
        assert noted(desk, 50)
        assert wait_until(lambda: not desk.held(), seconds=SECONDS)
    assert all(desk.notes(deal) == [f"a{number}" for number in range(1, 6)] for deal in deals)


def test_a_failing_event_is_retried_then_dead_while_others_flow(desk: Desk, url: str) -> None:
    bad, good = new_id(), new_id()
    desk.listener.trouble["bad"] = fail
    with running(desk.read_from(url)):
        send(url, event(bad, 1, "bad"), event(bad, 2), event(good, 1))
        assert noted(desk, 1)
        assert wait_until(lambda: (1, State.DEAD, Cause.ERROR) in desk.causes(), seconds=SECONDS)
        assert desk.notes(bad) == []
        desk.listener.trouble.clear()
        settle(desk.database, dead.replay, 1)
        assert noted(desk, 3)
    assert (desk.notes(bad), desk.held()) == (["bad", "a2"], [])


def test_a_gap_is_passed_in_time(desk: Desk, url: str) -> None:
    deal = new_id()
    with running(desk.read_from(url)):
        send(url, event(deal, 1), event(deal, 3))
        assert noted(desk, 2)
    assert desk.notes(deal) == ["a1", "a3"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "header ce-id is missing"),
        ({"ce-id": "1"}, "header ce-type is missing"),
        (headers(new_id(), 1) | {"ce-subject": "zero\0"}, "ce-subject"),
    ],
)
def test_what_is_no_event_is_set_aside_whole_with_its_reason(
    desk: Desk, url: str, given: dict[str, Any], reason: str
) -> None:
    with running(desk.read_from(url)):
        send(url, (given, b"hello"), event(new_id(), 1))
        assert noted(desk, 1)
        assert wait_until(lambda: len(desk.held()) == 1, seconds=SECONDS)
    [one] = desk.held()
    assert (one.state, one.cause, one.body) == (State.DEAD, Cause.UNDECODABLE, b"hello")
    assert reason in one.error


@pytest.mark.parametrize("text", [b"{", b"not json", b"\xff\x00", b'{"assignee": 5}'])
def test_a_body_off_its_contract_is_dead_at_once(desk: Desk, url: str, text: bytes) -> None:
    with running(desk.read_from(url)):
        send(url, (headers(new_id(), 1), text), event(new_id(), 1))
        assert noted(desk, 1)
    assert desk.causes() == [(1, State.DEAD, Cause.OFF_SCHEMA)]


def test_a_crash_between_commit_and_acknowledgement_applies_nothing_twice(
    desk: Desk, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    deals = [new_id() for _ in range(20)]
    with monkeypatch.context() as patched:
        patched.setattr("amqp.Channel.basic_ack", lambda *_, **__: eventlet.sleep(3600))
        crashed = desk.read_from(broker_url)
        send(broker_url, *[event(deal, 1) for deal in deals])
        assert noted(desk, 1)
        crashed.cut()
    with running(desk.read_from(broker_url)):
        send(broker_url, *[event(deal, 2) for deal in deals])
        assert noted(desk, 40)
    assert all(desk.notes(deal) == ["a1", "a2"] for deal in deals)
    assert desk.held() == []


def test_a_lost_connection_is_made_anew_and_nothing_is_applied_twice(
    desk: Desk, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections: list[kombu.Connection] = []
    connect = kombu.Connection.ensure_connection

    def remembered(self: kombu.Connection, **options: Any) -> Any:
        connections.append(self)
        return connect(self, **options)

    monkeypatch.setattr(kombu.Connection, "ensure_connection", remembered)
    deals = [new_id() for _ in range(5)]
    with running(desk.read_from(broker_url)):
        assert wait_until(lambda: bool(connections), seconds=SECONDS)
        cut = [connections[0]]
        desk.listener.trouble["cut"] = lambda: cut and cut.pop().connection.transport.sock.shutdown(2)
        send(broker_url, event(deals[0], 1, "cut"), *[event(deal, 1) for deal in deals[1:]])
        assert noted(desk, 5), (notes(desk.database), desk.held(), cut, len(connections))
        send(broker_url, *[event(deal, 2) for deal in deals])
        assert noted(desk, 10)
    assert sorted(notes(desk.database)) == sorted(["cut", *["a1"] * 4, *["a2"] * 5])
    assert desk.held() == []


def test_two_readers_of_one_queue_take_over_from_each_other(
    toy_database: Callable[[str], Database], broker_url: str
) -> None:
    database = toy_database(POSTGRESQL)
    first, second = Desk(database, **QUICK), Desk(database, **QUICK)
    deals = [new_id() for _ in range(30)]
    active, standby = first.read_from(broker_url), second.read_from(broker_url)
    send(broker_url, *[event(deal, number) for number in (1, 2) for deal in deals])
    assert wait_until(lambda: bool(notes(database)), seconds=SECONDS)
    left, right = (standby, active) if first.listener.calls else (active, standby)
    right.cut()
    send(broker_url, *[event(deal, 3) for deal in deals])
    assert wait_until(lambda: len(notes(database)) >= 90, seconds=SECONDS)
    left.stop()
    assert all(first.notes(deal) == ["a1", "a2", "a3"] for deal in deals)


def test_two_lanes_share_the_work_and_keep_every_subject_in_order(
    toy_database: Callable[[str], Database], broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    laned = Queue("campaign.leads", "campaign", ("lead",), lanes=2)
    monkeypatch.setattr(broker, "QUEUES", {laned.name: laned})
    database = toy_database(POSTGRESQL)
    desk = Desk(database, **QUICK)
    desk.applier.subscription.queue = laned
    lanes = [desk.read_from(broker_url, lane=name) for name in broker.lane_names(laned)]
    with running(ship_from(database, broker_url), *lanes):
        deals = write_deals(database, count=20, changes=4)
        assert wait_until(lambda: len(notes(database)) >= 80, seconds=SECONDS)
    assert all(desk.notes(deal) == ["a1", "a2", "a3", "a4"] for deal in deals)


def test_what_the_broker_gave_up_on_is_set_aside(
    desk: Desk, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "DELIVERY_LIMIT", 1)
    deal = new_id()
    send(broker_url, event(deal, 1))
    for _ in range(2):
        return_first(broker_url)
    with running(desk.read_from(broker_url)):
        assert wait_until(lambda: bool(desk.held()), seconds=SECONDS)
        assert desk.causes() == [(1, State.DEAD, Cause.DELIVERY_LIMIT)]
        settle(desk.database, dead.replay, 1)
        assert noted(desk, 1)
    assert (desk.notes(deal), desk.held()) == (["a1"], [])


def test_what_the_broker_gave_up_on_but_was_applied_holds_nothing_back(desk: Desk, broker_url: str) -> None:
    deal = new_id()
    with running(desk.read_from(broker_url)):
        send(broker_url, event(deal, 1))
        assert noted(desk, 1)
        send(broker_url, event(deal, 1), exchange=broker.DEAD_EXCHANGE)
        send(broker_url, event(deal, 2))
        assert noted(desk, 2)
    assert (desk.notes(deal), desk.held()) == (["a1", "a2"], [])


def return_first(url: str) -> None:
    with broker.connected(url) as connection:
        channel = connection.channel()
        taken: list[kombu.Message] = []
        queue = kombu.Queue(QUEUE.name, no_declare=True)
        with kombu.Consumer(channel, [queue], on_message=taken.append, auto_declare=False):
            if wait_until(lambda: bool(taken) or drained(connection), seconds=2) and taken:
                taken[0].reject(requeue=True)


def drained(connection: kombu.Connection) -> bool:
    try:
        connection.drain_events(timeout=0.1)
    except TimeoutError:
        return False
    return False


def test_while_the_database_is_away_the_batch_is_kept_and_the_broker_hears_from_us(
    desk: Desk, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "HEARTBEAT_SECONDS", 1)
    lost = exc.OperationalError("SELECT 1", {}, Exception("server closed the connection"))

    def lose_the_database() -> None:
        raise lost

    desk.listener.trouble["a1"] = lose_the_database
    with capture_logs() as lines, running(desk.read_from(broker_url)):
        send(broker_url, event(new_id(), 1))
        assert wait_until(
            lambda: sum(line["event"] == "reader_waits" for line in lines) >= 6, seconds=SECONDS
        )
        desk.listener.trouble.clear()
        assert noted(desk, 1)
    assert {line["cause"] for line in lines if line["event"] == "reader_waits"} == {"database"}


def test_stopping_while_the_database_is_away_gives_the_batch_back(desk: Desk, broker_url: str) -> None:
    lost = exc.OperationalError("SELECT 1", {}, Exception("server closed the connection"))

    def lose_the_database() -> None:
        raise lost

    desk.listener.trouble["a1"] = lose_the_database
    one = desk.read_from(broker_url)
    send(broker_url, event(new_id(), 1))
    assert wait_until(lambda: bool(desk.listener.calls), seconds=SECONDS)
    one.stop()
    desk.listener.trouble.clear()
    with running(desk.read_from(broker_url)):
        assert noted(desk, 1)
    assert desk.held() == []


def test_when_told_to_stop_it_finishes_the_batch_in_hand(desk: Desk, broker_url: str) -> None:
    desk.listener.trouble["a1"] = lambda: eventlet.sleep(0.3)
    one = desk.read_from(broker_url)
    send(broker_url, event(new_id(), 1))
    assert wait_until(lambda: bool(desk.listener.calls), seconds=SECONDS)
    one.stop()
    assert notes(desk.database) == ["a1"]


def test_an_absent_broker_is_waited_for_and_told(desk: Desk) -> None:
    with capture_logs() as lines, running(desk.read_from("amqp://guest:guest@127.0.0.1:1//")) as [one]:
        assert wait_until(lambda: len(lines) >= 2, seconds=SECONDS)
        assert not one.runs.registered
    assert {(line["event"], line["cause"]) for line in lines} == {("reader_waits", "broker")}


def test_an_error_that_nobody_foresaw_does_not_end_it(
    desk: Desk, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = [ZeroDivisionError()]
    keep = reader.Reader._set_aside

    def odd(self: reader.Reader, *arguments: Any) -> None:
        if errors:
            raise errors.pop()
        keep(self, *arguments)

    monkeypatch.setattr(reader.Reader, "_set_aside", odd)
    with running(desk.read_from(url)):
        send(url, ({}, b"odd"))
        assert wait_until(lambda: bool(desk.held()), seconds=SECONDS)


def test_a_handler_that_kills_the_process_is_set_aside_after_three_deaths(
    toy_database: Callable[[str], Database], broker_url: str, tmp_path: Any
) -> None:
    database = toy_database(POSTGRESQL)
    bad, good = new_id(), new_id()
    send(broker_url, event(good, 1), event(bad, 1, "deadly"), event(bad, 2), event(good, 2))
    address = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.chassis.deadly", address, broker_url]
    deaths = 0
    child = Child("reader", command, log=tmp_path / "reader.log")
    try:
        while deaths < 10:
            child.start()
            settled = wait_until(
                lambda: not child.alive or len(notes(database)) == 2 and bool(set_aside(database)),
                seconds=SECONDS,
            )
            assert settled, child.tail()
            if child.alive:
                break
            deaths += 1
    finally:
        child.kill()
    assert deaths == 3
    assert sorted((one.position, one.state, one.cause) for one in held(database)) == [
        (1, State.DEAD, Cause.CRASH),
        (2, State.WAITING, Cause.BEHIND),
    ]
    assert notes(database, good) == ["a1", "a2"]


def set_aside(database: Database) -> list[str]:
    return [one.event_id for one in held(database) if one.state == State.DEAD]


def test_a_header_that_cannot_be_written_as_json_does_not_hinder_keeping_it(
    desk: Desk, broker_url: str
) -> None:
    deal = new_id()
    odd = {"list": [1, {"deep": b"\xff"}], "number": 1.5}
    wrong = json.dumps({"assignee": 5}).encode()
    with running(desk.read_from(broker_url)):
        send(broker_url, (headers(deal, 1) | odd, wrong))
        assert wait_until(lambda: bool(desk.held()), seconds=SECONDS)
    assert desk.held()[0].type == TYPE
