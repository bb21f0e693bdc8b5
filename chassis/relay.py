"""Ships the outbox to the broker, in order, once it is committed.

One relay is active per database, by an advisory lock that each shipping transaction takes. It
wakes at once after a commit in its own process and looks by itself for what other processes wrote.
"""

import contextlib
import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, text

from chassis import broker
from chassis.backoff import Backoff
from chassis.clock import now
from chassis.config import Settings
from chassis.database import LOST_DATABASE, Database
from chassis.envelope import headers_of
from chassis.logs import get_logger
from chassis.metrics import counter, gauge, histogram
from chassis.outbox import Outgoing, outbox

log = get_logger(__name__)

GATHER_SECONDS_AN_EVENT = 0.0002
"""Where little happens, little is gathered and nothing waits long."""

_LOCK = 0x66616E66
MEASURE_SECONDS = 5.0
MOST_COUNTED = 100_000
"""More than so many waiting events are not counted."""

CAUSES = ("broker", "database", "error")

shipped = counter("outbox_shipped_total", "Events that the relay handed to the broker.", ("service",))
lag = gauge("outbox_lag_seconds", "Age of the oldest event that is not shipped yet.", ("service",))
depth = gauge(
    "outbox_events", f"Events that are not shipped yet; {MOST_COUNTED} stands for more.", ("service",)
)
waits = histogram(
    "outbox_wait_seconds",
    "From the moment an event happened until the broker had it.",
    ("service",),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
)
failures = counter("outbox_failures_total", "Times the relay had to start over.", ("service", "cause"))
ticks = gauge("relay_tick_timestamp_seconds", "When the relay last went round.", ("service",))


class Relay:
    """``run`` ships until ``stopping`` says so, then ships what is left for at most a few batches."""

    def __init__(self, database: Database, settings: Settings, *, stopping: Callable[[], bool]) -> None:
        self.database = database
        self.settings = settings
        self.stopping = stopping
        self.source = f"/{settings.service}"
        self._lag = lag.labels(service=settings.service)
        self._depth = depth.labels(service=settings.service)
        self._waits = waits.labels(service=settings.service)
        self._shipped = shipped.labels(service=settings.service)
        self._failures = {one: failures.labels(service=settings.service, cause=one) for one in CAUSES}
        self._tick = ticks.labels(service=settings.service)
        self._measured_at = 0.0

    def run(self) -> None:
        """Ship until told to stop; whatever goes away is waited for."""
        backoff = Backoff()
        while True:
            try:
                with broker.connected(self.settings.broker_url) as connection:
                    publisher = broker.Publisher(connection, f"{self.settings.service}.events")
                    broker.declare_producer(publisher.channel, self.settings.service)
                    self._ship_until_stopped(publisher, backoff)
                    return
            except broker.LOST as error:
                self._wait(backoff, "broker", error)
            except LOST_DATABASE as error:
                self._wait(backoff, "database", error)
            except Exception as error:
                log.exception("relay_failed")
                self._wait(backoff, "error", error)
            if self.stopping():
                return

    def _wait(self, backoff: Backoff, cause: str, error: Exception) -> None:
        self._failures[cause].inc()
        self._tick.set(time.time())
        with contextlib.suppress(*LOST_DATABASE), self.database.reading() as session:
            self._measure(session.connection())
        seconds = backoff.next()
        log.warning("relay_waits", cause=cause, seconds=round(seconds, 1), error=str(error).strip())
        backoff.sleep(seconds, until=self.stopping)

    def _measure(self, connection: Connection) -> None:
        """See what waits, which another relay may have to ship: every replica shows the same."""
        oldest = _next(connection, 1)
        self._lag.set(_age(oldest[0], now()) if oldest else 0)
        self._depth.set(_count(connection) if oldest else 0)
        self._measured_at = time.monotonic()

    def _measure_now_and_then(self, connection: Connection) -> None:
        if time.monotonic() > self._measured_at + MEASURE_SECONDS:
            self._measure(connection)

    def _ship_until_stopped(self, publisher: broker.Publisher, backoff: Backoff) -> None:
        wake_up = self.database.wake_up
        while True:
            wake_up.clear()
            self._tick.set(time.time())
            last = self.stopping()
            count = self._ship(publisher)
            backoff.reset()
            if count == self.settings.relay_batch:
                continue
            if last:
                return
            publisher.idle()
            # What commits within a few milliseconds leaves together: ten cost hardly more than one.
            time.sleep(min(self.settings.relay_gather_seconds, count * GATHER_SECONDS_AN_EVENT))
            wake_up.wait(self.settings.relay_poll_seconds)

    def _ship(self, publisher: broker.Publisher) -> int:
        """Ship one batch. Returns how many events it had."""
        with self.database.transaction() as session:
            connection = session.connection()
            if not _takes_turn(connection):
                self._measure_now_and_then(connection)
                return 0
            batch = _next(connection, self.settings.relay_batch)
            self._show(connection, batch)
            if not batch:
                return 0
            publisher.ship([self._wire(row) for row in batch])
            _forget(connection, [row.id for row in batch])
        self._shipped.inc(len(batch))
        at = now()
        for row in batch:
            self._waits.observe(_age(row, at))
        return len(batch)

    def _show(self, connection: Connection, batch: list[Outgoing]) -> None:
        self._lag.set(_age(batch[0], now()) if batch else 0)
        if len(batch) < self.settings.relay_batch:
            self._depth.set(len(batch))
        else:
            self._measure_now_and_then(connection)

    def _wire(self, row: Outgoing) -> broker.Wire:
        return broker.Wire(row.type, row.event_id, headers_of(row, self.source), row.data)


def _takes_turn(connection: Connection) -> bool:
    """Whether this relay is the active one, until the transaction ends.

    That transaction only forgets what the broker has: where a crash takes it back, events are shipped
    once more, so that it need not wait for the disk.
    """
    if connection.dialect.name != "postgresql":
        return True
    lazily = func.set_config("synchronous_commit", "off", True)
    _, mine = connection.execute(select(lazily, func.pg_try_advisory_xact_lock(_LOCK))).one()
    return bool(mine)


def _age(row: Outgoing, at: datetime) -> float:
    return (at - datetime.fromisoformat(row.time)).total_seconds()


def _count(connection: Connection) -> int:
    few = select(outbox.c.id).limit(MOST_COUNTED).subquery()
    return connection.scalar(select(func.count()).select_from(few)) or 0


def _next(connection: Connection, limit: int) -> list[Outgoing]:
    rows = connection.execute(select(outbox).order_by(outbox.c.id).limit(limit))
    return [Outgoing(*row) for row in rows]


def _forget(connection: Connection, ids: list[int]) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("DELETE FROM outbox WHERE id = ANY(:ids)"), {"ids": ids})
    else:
        connection.execute(delete(outbox).where(outbox.c.id.in_(ids)))
