"""Exchanges, queues and batches, on RabbitMQ and in memory."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import kombu
import pytest

from chassis import broker
from chassis.broker import NotConfirmed, Publisher, Wire
from chassis.ids import new_id
from contracts.topology import QUEUES, Queue
from fanfare.local.process import wait_until
from tests.chassis.toys import QUEUE, TYPE, body, drain, headers

LANED = Queue("campaign.leads", "campaign", ("lead",), lanes=2)


@pytest.fixture(params=["memory", "rabbitmq"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "memory":
        return "memory://"
    found: str = request.getfixturevalue("broker_url")
    return found


@contextmanager
def publisher(url: str, **options: Any) -> Iterator[Publisher]:
    with broker.connected(url) as connection:
        made = Publisher(connection, "lead.events", **options)
        broker.declare_producer(made.channel, "lead")
        yield made


def wires(count: int, *, key: str = TYPE) -> list[Wire]:
    deal = new_id()
    return [
        Wire(key, str(number), headers(deal, number), body(deal, f"a{number}").decode())
        for number in range(1, count + 1)
    ]


def test_a_batch_arrives_whole_and_in_order(url: str) -> None:
    with publisher(url) as lead:
        lead.ship(wires(500))
        lead.ship(wires(3))
    arrived = [message.properties["message_id"] for message in drain(url, QUEUE.name)]
    assert arrived == [str(number) for number in range(1, 501)] + ["1", "2", "3"]


def test_a_message_has_its_headers_and_its_body(url: str) -> None:
    [wire] = wires(1)
    with publisher(url) as lead:
        lead.ship([wire])
    [message] = drain(url, QUEUE.name)
    assert message.headers["ce-type"] == TYPE and message.headers == wire.headers
    text = message.body if isinstance(message.body, bytes) else str(message.body).encode()
    assert text == wire.body.encode()
    assert message.content_type == "application/json"


def test_every_queue_that_follows_a_producer_is_there_before_it_publishes(url: str) -> None:
    with publisher(url) as lead:
        lead.ship(wires(1))
    readers = [queue.name for queue in QUEUES.values() if "lead" in queue.follows]
    assert [len(drain(url, name)) for name in readers] == [1] * len(readers)


def test_declaring_everything_twice_is_no_harm(url: str) -> None:
    for _ in range(2):
        with publisher(url) as lead:
            broker.declare_queue(lead.channel, QUEUE)


def test_an_event_that_no_queue_takes_is_not_taken_for_sent(broker_url: str) -> None:
    with publisher(broker_url) as lead, pytest.raises(NotConfirmed, match="nobody.listens"):
        lead.ship(wires(3, key="nobody.listens"))


def test_a_batch_that_the_broker_refuses_is_not_taken_for_sent(broker_url: str) -> None:
    with publisher(broker_url) as lead:
        full = {"x-max-length": 1, "x-overflow": "reject-publish"}
        lead.channel.queue_declare("full", durable=True, arguments=full, auto_delete=False)
        lead.channel.queue_bind("full", "lead.events", "lead.#")
        with pytest.raises(NotConfirmed, match="nack"):
            lead.ship(wires(20))


def test_an_exchange_that_has_vanished_is_a_lost_broker(broker_url: str) -> None:
    with publisher(broker_url) as lead:
        lead.channel.exchange_delete("lead.events")
        with pytest.raises(broker.LOST):
            lead.ship(wires(2))


def test_a_connection_that_was_cut_is_a_lost_broker(broker_url: str) -> None:
    with publisher(broker_url) as lead:
        lead.channel.connection.transport.sock.close()
        with pytest.raises(broker.LOST):
            lead.ship(wires(2))


@pytest.mark.parametrize("address", ["amqp://guest:guest@127.0.0.1:1//", "amqp://no-such-host.invalid//"])
def test_a_broker_that_is_not_there_is_a_lost_broker(address: str) -> None:
    with pytest.raises(broker.LOST), broker.connected(address):
        pytest.fail("there is nobody")


def test_an_idle_connection_is_kept_and_a_closed_one_noticed(broker_url: str) -> None:
    with publisher(broker_url) as lead:
        for _ in range(3):
            lead.idle()
        lead.channel.connection.transport.sock.shutdown(2)
        with pytest.raises(broker.LOST):
            lead.idle()


def test_acknowledgements_out_of_order_are_counted_once_they_are_complete() -> None:
    lead = Publisher.__new__(Publisher)
    lead._confirmed, lead._out_of_order, lead._refused = 0, set(), []
    for tag, multiple, confirmed in [(2, False, 0), (3, False, 0), (1, False, 3), (6, True, 6), (5, True, 6)]:
        lead._on_ack(tag, multiple)
        assert lead._confirmed == confirmed


def test_what_is_delivered_too_often_lands_in_the_dead_letter_queue(
    broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "DELIVERY_LIMIT", 2)
    with publisher(broker_url) as lead:
        lead.ship(wires(1))
    assert wait_until(lambda: given_up(broker_url, QUEUE.name), seconds=30)


def given_up(url: str, name: str) -> bool:
    """Take the first message of a queue and return it unread. Whether the broker has given up on it."""
    found: list[kombu.Message] = []
    with broker.connected(url) as connection:
        channel = connection.channel()
        queue = kombu.Queue(name, no_declare=True)
        with kombu.Consumer(channel, [queue], on_message=found.append, auto_declare=False):
            with contextlib.suppress(TimeoutError):
                connection.drain_events(timeout=0.5)
            for message in found:
                message.reject(requeue=True)
    return count(url, broker.dead_name(name)) == 1


def count(url: str, name: str) -> int:
    with broker.connected(url) as connection:
        return int(connection.channel().queue_declare(name, passive=True).message_count)


def test_lanes_share_the_subjects_and_keep_each_in_one(
    broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(QUEUES, LANED.name, LANED)
    deals = [new_id() for _ in range(40)]
    batch = [
        Wire(TYPE, f"{deal}-{number}", headers(deal, number), "{}") for number in (1, 2, 3) for deal in deals
    ]
    with publisher(broker_url) as lead:
        lead.ship(batch)
    lanes = [
        [message.headers["ce-subject"] for message in drain(broker_url, name)]
        for name in broker.lane_names(LANED)
    ]
    assert sum(map(len, lanes)) == 120
    assert all(len(set(lane)) >= 5 for lane in lanes)
    assert not set(lanes[0]) & set(lanes[1])


@pytest.mark.parametrize(
    ("queue", "names"), [(QUEUE, ["campaign.leads"]), (LANED, ["campaign.leads.0", "campaign.leads.1"])]
)
def test_a_queue_is_its_own_only_lane_or_has_numbered_ones(queue: Queue, names: list[str]) -> None:
    assert broker.lane_names(queue) == names


@pytest.mark.parametrize(("url", "inside"), [("memory://", True), ("amqp://guest@127.0.0.1//", False)])
def test_only_the_broker_of_this_process_is_in_memory(url: str, inside: bool) -> None:
    assert broker.in_memory(url) is inside


def test_a_large_message_is_read_in_pieces_and_whole(broker_url: str) -> None:
    large = Wire(TYPE, "1", headers(new_id(), 1), "x" * 3_000_000)
    with publisher(broker_url) as lead:
        lead.ship([large])
    found: list[kombu.Message] = []
    with broker.connected(broker_url) as connection:
        channel = connection.channel()
        broker.BufferedReceive(channel.connection)
        queue = kombu.Queue(QUEUE.name, no_declare=True)
        with kombu.Consumer(channel, [queue], on_message=found.append, auto_declare=False):
            connection.drain_events(timeout=10)
    [message] = found
    assert len(message.body) == 3_000_000
