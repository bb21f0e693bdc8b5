"""Connections to the broker, and the exchanges and queues on it.

RabbitMQ in real use, kombu's in-memory transport when everything runs in one process. Publishing
is pipelined: a whole batch is written in one go, then its confirms are awaited together.
"""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import amqp
import kombu
from amqp import spec
from kombu.exceptions import OperationalError

from chassis import frames
from chassis.envelope import CONTENT_TYPE
from chassis.memory import Transport
from contracts.topology import PRODUCERS, QUEUES, Queue, producer_of

DEAD_EXCHANGE = "fanfare.dead"
DELIVERY_LIMIT = 20
HEARTBEAT_SECONDS = 10
LOST = (OSError, amqp.exceptions.AMQPError, OperationalError)
"""What is raised when the broker is away. The only answer is to connect anew."""


class NotConfirmed(amqp.exceptions.RecoverableConnectionError):  # type: ignore[misc]
    """The broker refused a batch, or could not route some of it, or did not answer in time."""


@dataclass(slots=True)
class Wire:
    """One message ready to be published."""

    routing_key: str
    message_id: str
    headers: dict[str, str]
    body: str


@contextmanager
def connected(url: str) -> Iterator[kombu.Connection]:
    """An open connection, closed hard at the end: a broker that hangs cannot hang us."""
    connection = kombu.Connection(
        url,
        heartbeat=HEARTBEAT_SECONDS,
        connect_timeout=5,
        transport=Transport if in_memory(url) else None,
    )
    try:
        connection.ensure_connection(max_retries=1, interval_start=0)
        yield connection
    finally:
        connection.collect(socket_timeout=1)


def in_memory(url: str) -> bool:
    """Whether the broker is the one inside this process."""
    return url.startswith("memory:")


def declare_producer(channel: Any, producer: str) -> None:
    """Declare a producer's exchange and every queue that reads it."""
    _exchange(producer).bind(channel).declare()
    for queue in QUEUES.values():
        if any(aggregate in PRODUCERS.get(producer, ()) for aggregate in queue.follows):
            declare_queue(channel, queue)


def declare_queue(channel: Any, queue: Queue) -> None:
    """Declare a queue with its bindings, and the place where the broker leaves what it gave up on."""
    memory = not isinstance(channel, amqp.Channel)
    dead = kombu.Exchange(DEAD_EXCHANGE, type="direct", durable=True)
    dead.bind(channel).declare()
    kombu.Queue(
        dead_name(queue.name), dead, routing_key=queue.name, durable=True, queue_arguments=_quorum(memory)
    ).bind(channel).declare()
    for name, source, keys in _lanes(channel, queue):
        declared = kombu.Queue(
            name,
            durable=True,
            queue_arguments=_quorum(memory)
            | {
                "x-single-active-consumer": True,
                "x-dead-letter-exchange": DEAD_EXCHANGE,
                "x-dead-letter-routing-key": queue.name,
                "x-delivery-limit": DELIVERY_LIMIT,
            },
        ).bind(channel)
        declared.queue_declare()
        for key in keys:
            declared.bind_to(exchange=source, routing_key=key)


def dead_name(queue_name: str) -> str:
    """The queue into which the broker moves what it delivered too often."""
    return f"{queue_name}.dead"


def lane_names(queue: Queue) -> list[str]:
    """The broker's queues behind a queue: itself, or one a lane."""
    return [queue.name] if queue.lanes == 1 else [f"{queue.name}.{lane}" for lane in range(queue.lanes)]


def _lanes(channel: Any, queue: Queue) -> Iterator[tuple[str, str, list[str]]]:
    """(queue name, exchange to bind to, routing keys) of each lane."""
    sources: dict[str, list[str]] = {}
    for aggregate in queue.follows:
        sources.setdefault(producer_of(aggregate), []).append(f"{aggregate}.#")
    for producer in sources:
        _exchange(producer).bind(channel).declare()
    if queue.lanes == 1 or not isinstance(channel, amqp.Channel):
        for producer, keys in sources.items():
            yield queue.name, f"{producer}.events", keys
        return
    hashed = kombu.Exchange(
        f"{queue.name}.lanes",
        type="x-consistent-hash",
        durable=True,
        arguments={"hash-header": "ce-subject"},
    ).bind(channel)
    hashed.declare()
    for producer, keys in sources.items():
        for key in keys:
            hashed.bind_to(exchange=f"{producer}.events", routing_key=key)
    for name in lane_names(queue):
        yield name, hashed.name, ["1"]


def _exchange(producer: str) -> kombu.Exchange:
    return kombu.Exchange(f"{producer}.events", type="topic", durable=True)


def _quorum(memory: bool) -> dict[str, Any]:
    return {} if memory else {"x-queue-type": "quorum"}


@dataclass
class Publisher:
    """Publishes batches to one exchange and returns when the broker has them all."""

    connection: kombu.Connection
    exchange: str
    confirm_seconds: float = 10.0
    _sent: int = 0
    _confirmed: int = 0
    _refused: list[str] = field(default_factory=list)
    _out_of_order: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.channel = self.connection.channel()
        self._real = isinstance(self.channel, amqp.Channel)
        if self._real:
            self.channel.confirm_select()
            self.channel.events["basic_ack"].add(self._on_ack)
            self.channel.events["basic_return"].add(self._on_return)
            self.channel._callbacks[spec.Basic.Nack] = self._on_nack

    def ship(self, batch: Sequence[Wire]) -> None:
        """Publish ``batch`` in order and wait for every confirm. Raises one of LOST; then resend it all."""
        if self._real:
            self._ship_pipelined(batch)
            return
        producer = kombu.Producer(self.channel)
        for wire in batch:
            producer.publish(
                wire.body.encode(),
                exchange=self.exchange,
                routing_key=wire.routing_key,
                headers=wire.headers,
                content_type=CONTENT_TYPE,
                content_encoding="utf-8",
                message_id=wire.message_id,
            )

    def idle(self) -> None:
        """Keep an unused connection alive, and notice when it is not."""
        if self._real:
            with contextlib.suppress(socket.timeout):
                self.channel.connection.drain_events(timeout=0)
            self.connection.heartbeat_check()

    def _ship_pipelined(self, batch: Sequence[Wire]) -> None:
        self.channel.connection.transport.write(b"".join(self._frames(wire) for wire in batch))
        self._sent += len(batch)
        deadline = time.monotonic() + self.confirm_seconds
        while self._confirmed < self._sent:
            left = deadline - time.monotonic()
            if left <= 0:
                raise NotConfirmed(f"the broker did not confirm within {self.confirm_seconds:g} s")
            try:
                # drain_events would begin to wait anew with each heartbeat of the broker.
                self.channel.connection.blocking_read(timeout=left)
            except TimeoutError:
                continue
        if self._refused:
            raise NotConfirmed(f"the broker could not take {len(self._refused)} messages: {self._refused[0]}")

    def _frames(self, wire: Wire) -> bytes:
        return frames.publish(
            channel=self.channel.channel_id,
            frame_max=self.channel.connection.frame_max,
            exchange=self.exchange,
            routing_key=wire.routing_key,
            content_type=CONTENT_TYPE,
            message_id=wire.message_id,
            headers=wire.headers,
            body=wire.body.encode(),
        )

    def _on_ack(self, tag: int, multiple: bool) -> None:
        if multiple:
            self._confirmed = max(self._confirmed, tag)
            self._out_of_order = {late for late in self._out_of_order if late > tag}
        else:
            self._out_of_order.add(tag)
        while self._confirmed + 1 in self._out_of_order:
            self._confirmed += 1
            self._out_of_order.discard(self._confirmed)

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self._refused.append(f"nack of {tag}")
        self._on_ack(tag, multiple)

    def _on_return(self, error: Exception, _exchange: str, routing_key: str, _message: Any) -> None:
        self._refused.append(f"{routing_key}: {error}")


@contextmanager
def consuming(channel: Any, queues: Sequence[str], on_message: Callable[[Any], None]) -> Iterator[None]:
    """Have ``on_message`` get what arrives in ``queues``: objects with body, headers and delivery_tag."""
    if not isinstance(channel, amqp.Channel):
        names = [kombu.Queue(name, no_declare=True) for name in queues]
        with kombu.Consumer(channel, names, on_message=on_message, auto_declare=False):
            try:
                yield
            finally:
                channel.basic_recover(requeue=True)
        return
    BufferedReceive(channel.connection)
    tags = [channel.basic_consume(name, callback=on_message) for name in queues]
    yield
    for tag in tags:
        channel.basic_cancel(tag)


class BufferedReceive:
    """Reads a socket in large pieces; py-amqp asks for a few bytes at a time."""

    def __init__(self, connection: amqp.Connection) -> None:
        self._receive = connection.transport._quick_recv
        self._buffer = memoryview(b"")
        connection.transport._quick_recv = self

    def __call__(self, size: int) -> bytes:
        if not self._buffer:
            self._buffer = memoryview(self._receive(262_144))
        piece = bytes(self._buffer[:size])
        self._buffer = self._buffer[size:]
        return piece

    def __bool__(self) -> bool:
        """Whether something is left to read without asking the network."""
        return len(self._buffer) > 0
