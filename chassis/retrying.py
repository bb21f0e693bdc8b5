"""Gives held events their next try when they are due, and empties a stream behind the one that passes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from chassis import inbox
from chassis.applying import Applier, outcomes
from chassis.clock import now
from chassis.database import is_lost
from chassis.envelope import Message, read
from chassis.errors import OffSchema
from chassis.inbox import Cause, State, Verdict, held_events
from chassis.logs import get_logger
from chassis.metrics import counter, gauge
from chassis.prepared import Prepared

log = get_logger(__name__)

BATCH = 100
CRASHES = 3
"""How often a message may end the process before it is set aside."""

CRASHED = "the process ended while this was handled"

held = gauge("events_held", "Events in the store, by state.", ("queue", "state"))
oldest = gauge(
    "events_held_oldest_seconds",
    "How long the event that was held first, and is not dead, has been in the store; 0 where none is.",
    ("queue",),
)
retries = counter("event_retries_total", "Tries of held events by how they ended.", ("queue", "outcome"))

# Asked every few seconds for each queue: to build them takes longer than to execute them.
_OF_QUEUE = held_events.c.queue == bindparam("queue")
_WAITING = held_events.c.state == State.WAITING
_NEXT = Prepared(select(func.min(held_events.c.next_at).label("at")).where(_OF_QUEUE, _WAITING))
_FIGURES = select(held_events.c.state, func.count()).where(_OF_QUEUE).group_by(held_events.c.state)


@dataclass
class Retrier:
    """Retries what the store of one queue holds. Not a loop of its own: the reader calls it."""

    applier: Applier
    _noted: set[tuple[str, int]] = field(default_factory=set, init=False)
    _interrupted: list[Row[Any]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        for outcome in ("applied", "failed"):
            retries.labels(queue=self.applier.queue, outcome=outcome)

    def retry_due(self) -> int:
        """Try what is due once, at most ``BATCH`` events; returns how many events were tried."""
        while self._interrupted:
            self._put_back(self._interrupted[-1])
            self._interrupted.pop()
        rows = self._due()
        for row in rows:
            self._retry(row)
        return len(rows)

    def seconds_to_next(self, most: float) -> float:
        """How long nothing will be due, at most ``most`` seconds."""
        if self._interrupted:
            return 0.0
        with self.applier.database.reading() as session:
            first: datetime | None = _NEXT.first(session, queue=self.applier.queue).at
        if first is None:
            return most
        return max(0.0, min(most, (first - now()).total_seconds()))

    def count(self) -> None:
        """Bring the gauge of held events up to date."""
        with self.applier.database.reading() as session:
            rows = session.execute(_FIGURES, {"queue": self.applier.queue})
            figures = {state: amount for state, amount in rows}
            first: datetime | None = None
            if figures.keys() - {State.DEAD.value}:
                alive = (held_events.c.queue == self.applier.queue, held_events.c.state != State.DEAD)
                first = session.scalar(select(func.min(held_events.c.received_at)).where(*alive))
        for state in State:
            held.labels(queue=self.applier.queue, state=state.value).set(figures.get(state.value, 0))
        oldest.labels(queue=self.applier.queue).set((now() - first).total_seconds() if first else 0)

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
        attempts = row.attempts + (row.cause != Cause.GAP)
        if not self._begin(row, attempts):
            return
        try:
            message = read(row.headers, row.body)
            if message.stream != row.stream:
                self._give_its_place(row, message)
                return
            if row.cause == Cause.GAP:
                log.warning("event_gap_passed", queue=row.queue, stream=row.stream, position=row.position)
            self.applier.apply_held(message)
            self._count_try("applied")
        except OffSchema as error:
            cause = Cause(row.cause) if row.cause == Cause.UNDECODABLE else Cause.OFF_SCHEMA
            self._keep(row, Verdict(State.DEAD, cause, f"OffSchema: {error}", attempts, None))
        except Exception as error:
            if is_lost(error):
                self._interrupted.append(row)
                raise
            waited = now() - row.received_at
            self._keep(row, self.applier.verdict(error, attempts=attempts, waited=waited))

    def _begin(self, row: Row[Any], attempts: int) -> bool:
        """Write down what becomes of the event if it ends the process now.

        False when an earlier event of the stream is held too; then this one waits to be woken by it.
        """
        with self.applier.database.transaction() as session:
            inbox.lock_stream(session, row.stream)
            first = inbox.first_held(session, row.stream)
            behind = first is not None and first < row.position
            change = {"next_at": None} if behind else _columns(self._if_it_crashes(row, attempts))
            session.execute(update(held_events).where(held_events.c.id == row.id).values(**change))
        return not behind

    def _if_it_crashes(self, row: Row[Any], attempts: int) -> Verdict:
        dead = row.cause == Cause.CRASH and attempts >= CRASHES
        state = State.DEAD if dead else State.WAITING
        return Verdict(state, Cause.CRASH, CRASHED, attempts, self.applier.next_try(attempts))

    def _put_back(self, row: Row[Any]) -> None:
        """Undo ``_begin``: it was the database that went away, and not this process."""
        was = {name: getattr(row, name) for name in ("state", "cause", "error", "attempts", "next_at")}
        with self.applier.database.transaction() as session:
            session.execute(update(held_events).where(held_events.c.id == row.id).values(**was))

    def _give_its_place(self, row: Row[Any], message: Message) -> None:
        """An event that could not be read when it arrived now can: it takes its turn in its own stream."""
        self.applier.apply([message])
        with self.applier.database.transaction() as session:
            inbox.release(session, row.stream, row.position)
            inbox.wake(session, row.stream, row.position + 1, gap_seconds=0)

    def _count_try(self, outcome: str) -> None:
        retries.labels(queue=self.applier.queue, outcome=outcome).inc()

    def _keep(self, row: Row[Any], verdict: Verdict) -> None:
        self._count_try("failed")
        with self.applier.database.transaction() as session:
            session.execute(update(held_events).where(held_events.c.id == row.id).values(**_columns(verdict)))
        if verdict.state is State.DEAD:
            _tell_dead(row.queue, row.event_id, row.type, verdict.error)

    def survives(self, message: Message) -> bool:
        """Note that ``message`` was delivered before and is about to be tried.

        False when it has ended the process too often, or is held already: then leave it alone.
        """
        name = (message.stream, message.position)
        with self.applier.database.transaction() as session:
            if inbox.lock_stream(session, message.stream) >= message.position:
                return True
            known = session.execute(
                select(held_events.c.state, held_events.c.attempts).where(
                    held_events.c.stream == message.stream, held_events.c.position == message.position
                )
            ).one_or_none()
            if known is not None and known.state != State.TRYING:
                return False
            if name in self._noted:
                return True
            attempts = 1 if known is None else known.attempts + 1
            state = State.DEAD if attempts >= CRASHES else State.TRYING
            inbox.hold(
                session,
                self.applier.queue,
                [message],
                cause=Cause.CRASH,
                state=state,
                error=CRASHED,
                attempts=attempts,
            )
        self._noted.add(name)
        if state is State.DEAD:
            _tell_dead(self.applier.queue, message.id, message.type, CRASHED)
        return state is State.TRYING


def _tell_dead(queue: str, event_id: str, wire_type: str, error: str) -> None:
    outcomes.labels(queue=queue, outcome="dead").inc()
    log.error("event_dead", queue=queue, event_id=event_id, type=wire_type, error=error)


def _columns(verdict: Verdict) -> dict[str, Any]:
    return {
        "state": verdict.state.value,
        "cause": verdict.cause.value,
        "error": verdict.error,
        "attempts": verdict.attempts,
        "next_at": verdict.next_at if verdict.state is State.WAITING else None,
    }
