"""The private RabbitMQ node can be broken in every way and comes back with its durable messages."""

from collections.abc import Iterator

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from fanfare.local.process import wait_until
from fanfare.local.rabbitmq import RabbitServer

DURABLE = pika.BasicProperties(delivery_mode=2)


@pytest.fixture(scope="module")
def server() -> Iterator[RabbitServer]:
    with RabbitServer() as server:
        yield server


def channel_to(url: str) -> BlockingChannel:
    return pika.BlockingConnection(pika.URLParameters(url)).channel()


def takes_one(url: str, queue: str) -> bytes | None:
    """A message of the queue, read once the broker has chosen a leader for it again."""
    found: list[bytes] = []

    def look() -> bool:
        try:
            channel = channel_to(url)
            _, _, body = channel.basic_get(queue, auto_ack=True)
            channel.connection.close()
        except AMQPError:
            return False
        found.extend([body] if body else [])
        return bool(found)

    wait_until(look, seconds=30, pause=0.2)
    return found[0] if found else None


def test_a_confirmed_message_survives_a_kill(server: RabbitServer) -> None:
    server.create_vhosts(["kill"])
    url = server.url_of("kill")
    channel_to(url).queue_declare("letters", durable=True, arguments={"x-queue-type": "quorum"})
    server.write_out()
    channel = channel_to(url)
    channel.confirm_delivery()
    channel.basic_publish("", "letters", b"dear", DURABLE, mandatory=True)
    server.kill()
    assert not server.answers()
    server.start()
    assert takes_one(url, "letters") == b"dear"


def test_a_frozen_broker_keeps_silent_and_a_thawed_one_answers(server: RabbitServer) -> None:
    server.freeze()
    try:
        assert not server.answers()
    finally:
        server.thaw()
    assert server.answers()


def test_virtual_hosts_do_not_see_each_other(server: RabbitServer) -> None:
    server.create_vhosts(["one", "two"])
    channel_to(server.url_of("one")).queue_declare("letters", durable=True)
    with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="NOT_FOUND"):
        channel_to(server.url_of("two")).queue_declare("letters", passive=True)


def test_the_node_can_split_a_queue_into_lanes(server: RabbitServer) -> None:
    channel = channel_to(server.url)
    channel.exchange_declare("lanes", "x-consistent-hash")
    channel.exchange_declare("lanes", passive=True)
