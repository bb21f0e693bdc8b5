"""Reads one queue: takes messages in batches, has them applied, then acknowledges them.

The broker's going away means connecting anew, and it delivers again what was not acknowledged.
The database's going away means keeping the batch in hand and trying again.
"""

import contextlib
import hashlib
import time
from collections.abc import Callable
from typing import Any

import amqp
import kombu

from chassis import broker, inbox
from chassis.applying import Applier, duration, outcomes
from chassis.backoff import Backoff
from chassis.clock import now
from chassis.database import LOST_DATABASE, is_lost
from chassis.envelope import LONGEST, Message, read
from chassis.errors import OffSchema
from chassis.inbox import Cause, State
from chassis.logs import get_logger
from chassis.metrics import counter, gauge
from chassis.retrying import Retrier
from contracts.topology import Queue

log = get_logger(__name__)

IDLE_SECONDS = 0.5
GATHER_SECONDS = 0.002
"""What arrives within so long after a message is applied with it: a batch costs hardly more than one."""

LOOK_SECONDS = 2.0
"""Between two looks at the store when nothing in it is due: only other processes change it unasked."""

COUNT_SECONDS = 5.0

CAUSES = ("broker", "database", "error")

ticks = gauge("reader_tick_timestamp_seconds", "When the reader of a queue last went round.", ("queue",))
_registered = gauge(
    "reader_registered", "Whether the reader of a queue is registered with the broker: 1 or 0.", ("queue",)
)
waits = counter("reader_waits_total", "Times that a reader had to wait, by for what.", ("queue", "cause"))


class Reader:
    """``run`` reads ``name``, a queue or one of its lanes, until ``stopping`` says so."""

    def __init__(self, applier: Applier, name: str, *, stopping: Callable[[], bool]) -> None:
        self.applier = applier
        self.retrier = Retrier(applier)
        self.name = name
        self.stopping = stopping
        self.ticked_at = time.monotonic()
        self.registered = False
        self._received: list[kombu.Message] = []
        self._dead_letter = broker.dead_name(self._queue.name)
        self._looked_at = self._counted_at = 0.0
        self._pause = 0.0
        self._waits = {one: waits.labels(queue=self._queue.name, cause=one) for one in CAUSES}
        self._duration = duration.labels(queue=self._queue.name)
        self._shows(registered=False)

    @property
    def _queue(self) -> Queue:
        return self.applier.subscription.queue

    def run(self) -> None:
        """Read until told to stop; whatever goes away is waited for."""
        backoff = Backoff()
        while not self.stopping():
            self._tick()
            try:
                with broker.connected(self.applier.settings.broker_url) as connection:
                    self._consume(connection, backoff)
            except broker.LOST as error:
                backoff.sleep(self._told(backoff, "broker", error), until=self.stopping)
            except Exception as error:
                log.exception("reader_failed", queue=self.name)
                backoff.sleep(self._told(backoff, "error", error), until=self.stopping)
            finally:
                self._shows(registered=False)

    def _shows(self, *, registered: bool) -> None:
        self.registered = registered
        _registered.labels(queue=self._queue.name).set(registered)

    def _told(self, backoff: Backoff, cause: str, error: Exception) -> float:
        """Say what is waited for; returns how many seconds."""
        self._waits[cause].inc()
        seconds = backoff.next()
        if not self.stopping():
            log.warning(
                "reader_waits", queue=self.name, cause=cause, seconds=round(seconds, 1), error=str(error)
            )
        return seconds

    def _consume(self, connection: kombu.Connection, backoff: Backoff) -> None:
        channel = connection.channel()
        broker.declare_queue(channel, self._queue)
        channel.basic_qos(0, 2 * self.applier.settings.batch_size, False)
        self._received = []
        with broker.consuming(channel, (self.name, self._dead_letter), self._received.append):
            self._shows(registered=True)
            while not self.stopping():
                self._tick()
                self._collect(connection)
                connection.heartbeat_check()
                if self._received:
                    self._finish(connection, channel)
                self._look_at_store()
                backoff.reset()

    def _tick(self) -> None:
        self.ticked_at = time.monotonic()
        ticks.labels(queue=self._queue.name).set(time.time())

    def _collect(self, connection: kombu.Connection) -> None:
        """Wait for a message, then take what else is there, up to a batch."""
        wait: float = max(0.0, min(IDLE_SECONDS, self._looked_at + self._pause - time.monotonic()))
        while len(self._received) < self.applier.settings.batch_size:
            try:
                connection.drain_events(timeout=wait)
            except TimeoutError:
                return
            wait = GATHER_SECONDS

    def _finish(self, connection: kombu.Connection, channel: Any) -> None:
        """Apply what was received, then acknowledge it. The batch is kept while the database is away."""
        batch, self._received[:] = list(self._received), []
        backoff = Backoff()
        while True:
            try:
                with self._duration.time():
                    self._apply(batch)
                break
            except LOST_DATABASE as error:
                if not is_lost(error):
                    raise
                if self.stopping():
                    return
                self._stay_connected(connection, self._told(backoff, "database", error))
        if isinstance(channel, amqp.Channel):
            channel.basic_ack(batch[-1].delivery_tag, multiple=True)
            return
        for received in batch:
            channel.basic_ack(received.delivery_tag)

    def _stay_connected(self, connection: kombu.Connection, seconds: float) -> None:
        """Wait, while the broker goes on hearing from us and its messages are put by."""
        end = time.monotonic() + seconds
        while not self.stopping() and (left := end - time.monotonic()) > 0:
            self._tick()
            with contextlib.suppress(TimeoutError):
                connection.drain_events(timeout=min(0.1, left))
            connection.heartbeat_check()

    def _apply(self, batch: list[kombu.Message]) -> None:
        due: list[Message] = []
        for received in batch:
            message = self._read(received)
            if message is None:
                continue
            if received.delivery_info.get("exchange") == broker.DEAD_EXCHANGE:
                self._set_aside(message, Cause.DELIVERY_LIMIT, "the broker delivered it too often")
            elif received.headers.get("x-delivery-count"):
                self.applier.apply(due)
                due = []
                if self.retrier.survives(message):
                    self.applier.apply([message])
            else:
                due.append(message)
        self.applier.apply(due)

    def _read(self, received: kombu.Message) -> Message | None:
        body = received.body if isinstance(received.body, bytes) else str(received.body).encode()
        try:
            return read(received.headers or {}, body)
        except OffSchema as error:
            self._keep_undecodable(received, body, str(error))
            return None

    def _keep_undecodable(self, received: kombu.Message, body: bytes, error: str) -> None:
        headers = {str(key): str(value) for key, value in (received.headers or {}).items()}
        told = repr((sorted(headers.items()), received.properties.get("message_id"))).encode()
        name = f"undecodable-{hashlib.sha256(told + body).hexdigest()[:32]}"
        wire_type = headers.get("ce-type", "")[:LONGEST]
        message = Message(name, wire_type, "", name, None, now(), None, headers, body)
        self._set_aside(message, Cause.UNDECODABLE, error)

    def _set_aside(self, message: Message, cause: Cause, error: str) -> None:
        with self.applier.database.transaction() as session:
            at = inbox.lock_stream(session, message.stream)
            if cause is Cause.DELIVERY_LIMIT and at >= message.position:
                return
            inbox.hold(
                session, self._queue.name, [message], cause=cause, state=State.DEAD, error=error, attempts=1
            )
        outcomes.labels(queue=self._queue.name, outcome="dead").inc()
        log.error("event_dead", queue=self._queue.name, event_id=message.id, type=message.type, error=error)

    def _look_at_store(self) -> None:
        """Retry what is due, at most as often as the store says something will be."""
        moment = time.monotonic()
        if moment < self._looked_at + self._pause and not self.applier.stirred:
            return
        self.applier.stirred = False
        try:
            self._pause = self.retrier.seconds_to_next(LOOK_SECONDS)
            if not self._pause:
                self.retrier.retry_due()
            if moment > self._counted_at + COUNT_SECONDS:
                self.retrier.count()
                self._counted_at = moment
        except LOST_DATABASE as error:
            if not is_lost(error):
                raise
            self._pause = IDLE_SECONDS
        self._looked_at = time.monotonic()
