"""Takes batches of messages through the inbox: one transaction for a batch that goes well.

A batch that fails is taken apart until only the bad message is left, and that one is held: tried
again later with growing pauses, and set aside as dead when the tries run out.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exc, orm
from sqlalchemy.orm.exc import StaleDataError

from chassis import inbox
from chassis.auth import Actor
from chassis.clock import now
from chassis.config import Settings
from chassis.database import Database, is_lost
from chassis.envelope import Message
from chassis.errors import NotYet, OffSchema
from chassis.inbox import Cause, State
from chassis.logs import get_logger
from chassis.metrics import SECONDS, counter, histogram
from chassis.subscribe import Subscription

log = get_logger(__name__)

TRANSIENT_TRIES = 5
PATIENCE = timedelta(hours=1)
"""How long an event may wait for something that has not arrived before it is dead."""

_NOT_YET_BASE_SECONDS = 0.1
_TRANSIENT = {"40001", "40P01", "23505"}

outcomes = counter(
    "events_consumed_total",
    "Messages by what became of them: applied, repeated (dropped), held, dead.",
    ("queue", "outcome"),
)
age = histogram(
    "event_age_seconds",
    "From the moment an event happened to the commit that applied it.",
    ("queue",),
    buckets=(*SECONDS[2:], 60.0, 120.0),
)
duration = histogram(
    "events_apply_seconds",
    "Time to apply what was received at once, with its commit.",
    ("queue",),
    buckets=SECONDS[1:],
)
OUTCOMES = ("applied", "repeated", "held", "dead")


def record_age(queue: str, messages: Sequence[Message]) -> None:
    """Add to the metrics how long ago each of ``messages`` happened."""
    at = now()
    observe = age.labels(queue=queue).observe
    for message in messages:
        observe((at - message.time).total_seconds())


class Raced(Exception):
    """Another reader moved the same stream; the batch starts again from what is stored."""


@dataclass
class Applier:
    """Applies messages of one queue to one database."""

    database: Database
    settings: Settings
    subscription: Subscription
    applied: Callable[[str, Sequence[Message]], None] = record_age
    """Called with the queue's name and what was applied, right after the commit."""
    stirred: bool = False
    """Whether the store of held events was touched since the reader last looked at it."""

    def __post_init__(self) -> None:
        age.labels(queue=self.queue)
        for outcome in OUTCOMES:
            outcomes.labels(queue=self.queue, outcome=outcome)

    @property
    def queue(self) -> str:
        """The name of the queue that is read."""
        return self.subscription.queue.name

    def apply(self, messages: Sequence[Message]) -> None:
        """Apply ``messages``: afterwards each is applied, known as a repeat, or held.

        Raises one of LOST_DATABASE when the database is away; then nothing of the failing part is
        done and the same messages may be given again.
        """
        if not messages:
            return
        try:
            self._patiently(messages)
        except Exception as error:
            if is_lost(error):
                raise
            if len(messages) > 1:
                middle = math.ceil(len(messages) / 2)
                self.apply(messages[:middle])
                self.apply(messages[middle:])
            else:
                self._hold_failed(messages[0], error)

    def _patiently(self, messages: Sequence[Message]) -> None:
        for attempt in range(TRANSIENT_TRIES):
            try:
                self._in_one_transaction(messages)
                return
            except (StaleDataError, Raced, exc.DBAPIError) as error:
                if attempt == TRANSIENT_TRIES - 1 or not _is_transient(error):
                    raise
                time.sleep(0.005 * 2**attempt)

    def _in_one_transaction(self, messages: Sequence[Message]) -> None:
        with self.database.transaction(self._actor(messages[0])) as session:
            session.info["origin"] = messages[0].source
            due = inbox.sort_batch(session, messages)
            if due.fresh:
                self._react(session, due.fresh)
                session.flush()
            if not inbox.move(session, due.moved, new=due.new):
                raise Raced
            inbox.hold(session, self.queue, due.behind, cause=Cause.BEHIND)
            deadline = now() + timedelta(seconds=self.settings.gap_seconds)
            inbox.hold(session, self.queue, due.ahead, cause=Cause.GAP, next_at=deadline)
            for stream in due.unblocked:
                self._go_on(session, stream, due.moved[stream])
        self.stirred |= bool(due.unblocked or due.behind or due.ahead)
        self._count(due)

    def _react(self, session: orm.Session, messages: Sequence[Message]) -> None:
        for message in messages:
            self.subscription.check(message)
        self.subscription.react(session, messages)

    def apply_held(self, message: Message) -> None:
        """Apply one message whose turn it is, even if one before it never came.

        Raises what the reaction raises, and Raced when one before it is held after all.
        """
        with self.database.transaction(self._actor(message)) as session:
            session.info["origin"] = message.source
            at = inbox.lock_stream(session, message.stream)
            if (inbox.first_held(session, message.stream) or message.position) < message.position:
                raise Raced
            if at < message.position:
                self._react(session, [message])
                session.flush()
                if not inbox.move(session, {message.stream: message.position}):
                    raise Raced
            self._go_on(session, message.stream, message.position)
        self.applied(self.queue, [message])
        outcomes.labels(queue=self.queue, outcome="applied").inc()

    def _go_on(self, session: orm.Session, stream: str, position: int) -> None:
        inbox.release(session, stream, position)
        inbox.wake(session, stream, position + 1, gap_seconds=self.settings.gap_seconds)

    def verdict(self, error: Exception, *, attempts: int, waited: timedelta) -> inbox.Verdict:
        """What becomes of a message that failed for the ``attempts``-th time after ``waited``."""
        text = inbox.storable(f"{type(error).__name__}: {error}"[:2000])
        if isinstance(error, OffSchema):
            return inbox.Verdict(State.DEAD, Cause.OFF_SCHEMA, text, attempts, None)
        if isinstance(error, NotYet):
            state = State.DEAD if waited > PATIENCE else State.WAITING
            pause = min(self.settings.retry_cap_seconds, _NOT_YET_BASE_SECONDS * 2 ** min(attempts, 20))
            return inbox.Verdict(state, Cause.NOT_YET, text, attempts, _after(pause))
        state = State.DEAD if attempts >= self.settings.attempts else State.WAITING
        return inbox.Verdict(state, Cause.ERROR, text, attempts, self.next_try(attempts))

    def next_try(self, attempts: int) -> datetime:
        """When a message is tried again that has failed ``attempts`` times."""
        pause = self.settings.retry_base_seconds * 2 ** min(attempts - 1, 20)
        return _after(min(self.settings.retry_cap_seconds, pause))

    def _hold_failed(self, message: Message, error: Exception) -> None:
        verdict = self.verdict(error, attempts=1, waited=timedelta())
        self.stirred = True
        with self.database.transaction() as session:
            if inbox.lock_stream(session, message.stream) >= message.position:
                return
            inbox.hold(
                session,
                self.queue,
                [message],
                cause=verdict.cause,
                state=verdict.state,
                error=verdict.error,
                attempts=verdict.attempts,
                next_at=verdict.next_at,
            )
        outcomes.labels(queue=self.queue, outcome="dead" if verdict.state is State.DEAD else "held").inc()
        tell = log.info if verdict.cause is Cause.NOT_YET else log.warning
        tell(
            "event_held",
            queue=self.queue,
            event_id=message.id,
            type=message.type,
            subject=message.subject,
            state=verdict.state.value,
            cause=verdict.cause.value,
            error=verdict.error,
            exc_info=error if verdict.cause is Cause.ERROR else None,
        )

    def _actor(self, message: Message) -> Actor:
        return Actor.system(message.source.strip("/"))

    def _count(self, due: inbox.Sorted) -> None:
        held = len(due.behind) + len(due.ahead)
        for outcome, amount in (("applied", len(due.fresh)), ("repeated", due.repeated), ("held", held)):
            if amount:
                outcomes.labels(queue=self.queue, outcome=outcome).inc(amount)
        if due.fresh:
            self.applied(self.queue, due.fresh)


def _after(seconds: float) -> datetime:
    return now() + timedelta(seconds=seconds)


def _is_transient(error: Exception) -> bool:
    """Whether the same work may well succeed at once: a lost race, a deadlock, a serialization failure."""
    if not isinstance(error, exc.DBAPIError):
        return True
    return getattr(error.orig, "pgcode", None) in _TRANSIENT
