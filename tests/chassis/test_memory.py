"""The broker inside one process wakes whoever waits for a message."""

from collections.abc import Iterator
from contextlib import contextmanager

import eventlet
import kombu
import pytest

from chassis import broker
from chassis.memory import Transport
from tests.chassis.toys import QUEUE

SECONDS = 30


@contextmanager
def reading(url: str) -> Iterator[tuple[kombu.Connection, list[kombu.Message]]]:
    """A connection on which the queue is read, and what came of that."""
    with broker.connected(url) as connection:
        channel = connection.channel()
        broker.declare_queue(channel, QUEUE)
        found: list[kombu.Message] = []
        with broker.consuming(channel, (QUEUE.name, broker.dead_name(QUEUE.name)), found.append):
            yield connection, found


def send(text: str) -> None:
    with broker.connected("memory://") as connection:
        kombu.Producer(connection.channel()).publish(text, routing_key=QUEUE.name)


def test_who_waits_looks_once_and_is_woken_by_what_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[bool] = []
    look = Transport._hand_out

    def counted(transport: Transport) -> bool:
        looks.append(look(transport))
        return looks[-1]

    monkeypatch.setattr(Transport, "_hand_out", counted)
    with reading("memory://") as (connection, found):
        waiting = eventlet.spawn(connection.drain_events, timeout=SECONDS)
        eventlet.sleep(0.1)
        assert looks == [False]
        send("news")
        with eventlet.Timeout(SECONDS):
            waiting.wait()
    assert ([one.payload for one in found], looks) == (["news"], [False, True])


def test_nothing_comes_in_time() -> None:
    with reading("memory://") as (connection, found):
        with pytest.raises(TimeoutError):
            connection.drain_events(timeout=0.01)
        assert found == []
