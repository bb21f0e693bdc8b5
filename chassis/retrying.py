"""Gives held events their next try when they are due, and empties a stream behind the one that passes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update

from chassis import inbox
from chassis.applying import Applier, outcomes
from chassis.clock import now
from chassis.database import is_lost
from chassis.envelope import Message, read
from chassis.errors import OffSchema
from chassis.inbox import Cause, State, Verdict, held_events
from chassis.logs import get_logger
from chassis.metrics import gauge

log = get_logger(__name__)

BATCH = 100
CRASHES = 3
"""How often a message may end the process before it is set aside."""

held = gauge("events_held", "Events in the store, by state.", ("queue", "state"))


@dataclass
class Retrier:
    """Retries what the store of one queue holds. Not a loop of its own: the reader calls it."""

    applier: Applier

    def retry_due(self) -> int:
        """Try everything that is due once; returns how many events were tried."""
        rows = self._due()
        for row in rows:
            self._retry(row)
        return len(rows)

    def seconds_to_next(self, most: float) -> float:
        """How long nothing will be due, at most ``most`` seconds."""
        with self.applier.database.reading() as session:
            first: datetime | None = session.scalar(
                select(func.min(held_events.c.next_at)).where(
                    held_events.c.queue == self.applier.queue, held_events.c.state == State.WAITING
                )
            )
        if first is None:
            return most
        return max(0.0, min(most, (first - now()).total_seconds()))

    def count(self) -> None:
        """Bring the gauge of held events up to date."""
        with self.applier.database.reading() as session:
            rows = session.execute(
                select(held_events.c.state, func.count())
                .where(held_events.c.queue == self.applier.queue)
                .group_by(held_events.c.state)
            )
            figures = {state: amount for state, amount in rows}
        for state in State:
            held.labels(queue=self.applier.queue, state=state.value).set(figures.get(state.value, 0))

    def _due(self) -> list[Row[Any]]:
        with self.applier.database.reading() as session:
            statement = (
                select(held_events)
                .where(
                    held_events.c.queue == self.applier.queue,
                    held_events.c.state == State.WAITING,
                    held_events.c.next_at <= now(),
                )
                .order_by(held_events.c.next_at, held_events.c.id)
                .limit(BATCH)
            )
            return list(session.execute(statement))

    def _retry(self, row: Row[Any]) -> None:
        if self._is_behind(row):
            return
        attempts = row.attempts + (row.cause != Cause.GAP)
        try:
            message = read(row.headers, row.body)
            if row.cause == Cause.GAP:
                log.warning("event_gap_passed", queue=row.queue, stream=row.stream, position=row.position)
            self.applier.apply_held(message)
        except OffSchema as error:
            cause = Cause(row.cause) if row.cause == Cause.UNDECODABLE else Cause.OFF_SCHEMA
            self._keep(row, Verdict(State.DEAD, cause, f"OffSchema: {error}", attempts, None))
        except Exception as error:
            if is_lost(error):
                raise
            waited = now() - row.received_at
            self._keep(row, self.applier.verdict(error, attempts=attempts, waited=waited))

    def _is_behind(self, row: Row[Any]) -> bool:
        """Whether an earlier event of the stream is held too; then this one waits to be woken by it."""
        with self.applier.database.transaction() as session:
            inbox.lock_stream(session, row.stream)
            first = inbox.first_held(session, row.stream)
            if first is None or first >= row.position:
                return False
            session.execute(update(held_events).where(held_events.c.id == row.id).values(next_at=None))
            return True

    def _keep(self, row: Row[Any], verdict: Verdict) -> None:
        with self.applier.database.transaction() as session:
            session.execute(update(held_events).where(held_events.c.id == row.id).values(**_columns(verdict)))
        if verdict.state is State.DEAD:
            outcomes.labels(queue=row.queue, outcome="dead").inc()
            log.error(
                "event_dead", queue=row.queue, event_id=row.event_id, type=row.type, error=verdict.error
            )

    def survives(self, message: Message) -> bool:
        """Note that ``message`` was delivered before and is about to be tried.

        False when it has ended the process too often, or is held already: then leave it alone.
        """
        with self.applier.database.transaction() as session:
            if inbox.lock_stream(session, message.stream) >= message.position:
                return True
            row = session.execute(
                select(held_events.c.id, held_events.c.state, held_events.c.attempts).where(
                    held_events.c.stream == message.stream, held_events.c.position == message.position
                )
            ).one_or_none()
            if row is None:
                inbox.hold(
                    session,
                    self.applier.queue,
                    [message],
                    cause=Cause.CRASH,
                    state=State.TRYING,
                    error="the process ended while this was handled",
                    attempts=1,
                )
                return True
            if row.state != State.TRYING:
                return False
            dead = row.attempts >= CRASHES
            change = {"state": State.DEAD.value} if dead else {"attempts": row.attempts + 1}
            session.execute(update(held_events).where(held_events.c.id == row.id).values(**change))
        if dead:
            outcomes.labels(queue=self.applier.queue, outcome="dead").inc()
            log.error(
                "event_dead", queue=self.applier.queue, event_id=message.id, type=message.type, error="crash"
            )
        return not dead


def _columns(verdict: Verdict) -> dict[str, Any]:
    return {
        "state": verdict.state.value,
        "cause": verdict.cause.value,
        "error": verdict.error,
        "attempts": verdict.attempts,
        "next_at": verdict.next_at if verdict.state is State.WAITING else None,
    }
