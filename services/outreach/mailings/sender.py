"""The sender: leases a batch, checks and renders it, hands it over durably, sends, records.

Any number may run, each in a process of its own. "Handed over" is committed before the first byte
of the batch leaves, and an answer after it came; whatever dies in between, nobody gets two.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from chassis.auth import Actor
from chassis.backoff import Backoff
from chassis.clock import now
from chassis.database import LOST_DATABASE, Database, Session, is_lost
from chassis.logs import get_logger
from chassis.metrics import counter
from services.outreach.channels.channel import Answer, Message, Transport
from services.outreach.mailings import leases
from services.outreach.mailings.audience import recipients
from services.outreach.mailings.composer import Composer
from services.outreach.mailings.model import ACCEPTED, ENDED, FAILED, UNCERTAIN, retry_wait
from services.outreach.mailings.outcomes import Ending, record
from services.outreach.settings import OutreachSettings

log = get_logger(__name__)

MAILINGS_REMEMBERED = 16
UNKNOWN_CONTACT_PAUSE = timedelta(seconds=2)
GIVE_UP = timedelta(days=2)
"""A mailing that could not reach the mail server for so long fails for who is left."""

ACTOR = Actor.system("outreach")

ended = counter(
    "outreach_deliveries_total",
    "Deliveries that ended, by outcome.",
    ("outcome",),
    starts=[(one,) for one in ENDED],
)


@dataclass(frozen=True)
class Batch:
    """The deliveries of one lease. ``attempts`` counts the tries of each before this one."""

    lease: UUID
    composer: Composer
    attempts: dict[UUID, int]


class Sender:
    """Sends what is due, one batch a step."""

    name = "sender"

    def __init__(
        self, settings: OutreachSettings, database: Database, transports: Mapping[str, Transport]
    ) -> None:
        self._settings = settings
        self._database = database
        self._transports = transports
        self._composers: dict[UUID, Composer] = {}
        self._recover_at = 0.0
        self._pause_until = 0.0
        self._backoff = Backoff(base=0.5, cap=10.0)

    def step(self) -> bool:
        """Take over what dead senders left, then send one batch. Whether there was something to do."""
        recovered = self._recover()
        if time.monotonic() < self._pause_until:
            return False
        taken = self._take()
        if taken is None:
            return recovered
        lease, composer = taken
        batch, messages = self._hand_over(lease, composer)
        reached = not messages
        for answers in self._deliver(composer, messages):
            reached = reached or any(answer.fate != "unreached" for answer in answers)
            self._settle_surely(batch, answers)
        if reached:
            self._backoff.reset()
        else:
            self._pause_until = time.monotonic() + self._backoff.next()
        return True

    def _deliver(self, composer: Composer, messages: Sequence[Message]) -> Iterable[list[Answer]]:
        if not messages:
            return ()
        transport = self._transports[composer.channel]
        return transport.deliver(messages, patience=self._settings.lease_seconds / 4)

    def _recover(self) -> bool:
        if time.monotonic() < self._recover_at:
            return False
        self._recover_at = time.monotonic() + min(5.0, self._settings.lease_seconds / 4)
        with self._database.transaction(ACTOR) as session:
            return leases.recover(session)

    def _take(self) -> tuple[UUID, Composer] | None:
        with self._database.reading(ACTOR) as session:
            mailing_id = leases.due_mailing(session)
            if mailing_id is None:
                return None
            composer = self._composer(session, mailing_id)
        settings = self._settings
        with self._database.transaction(ACTOR) as session:
            lease = leases.take(session, mailing_id, size=settings.send_batch, seconds=settings.lease_seconds)
        return None if lease is None else (lease, composer)

    def _composer(self, session: Session, mailing_id: UUID) -> Composer:
        known = self._composers.get(mailing_id)
        if known is None:
            known = Composer.of(session, mailing_id, self._settings, channels=list(self._transports))
            while len(self._composers) >= MAILINGS_REMEMBERED:
                del self._composers[next(iter(self._composers))]
            self._composers[mailing_id] = known
        return known

    def _hand_over(self, lease: UUID, composer: Composer) -> tuple[Batch, list[Message]]:
        """Check and render a lease. What comes back is committed as handed over and must be sent now."""
        seconds = self._settings.lease_seconds
        with self._database.transaction(ACTOR) as session:
            people = recipients(session, lease, channel=composer.channel)
            result = composer.sort(people)
            if result.endings:
                record(session, composer.mailing_id, result.endings, lease=lease)
            if result.unknown:
                again = now() + UNKNOWN_CONTACT_PAUSE
                leases.put_back(session, lease, result.unknown, due_at=again, tried=False)
            ids = [message.delivery_id for message in result.messages]
            held = leases.hand_over(session, lease, ids, seconds=seconds) if ids else set()
        _count(result.endings)
        attempts = {one.delivery_id: one.attempts for one in people}
        messages = [message for message in result.messages if message.delivery_id in held]
        return Batch(lease, composer, attempts), messages

    def _settle_surely(self, batch: Batch, answers: Sequence[Answer]) -> None:
        """Settle, however long the database is away: these answers exist nowhere else."""
        backoff = Backoff()
        while True:
            try:
                self._settle(batch, answers)
                return
            except LOST_DATABASE as error:
                if not is_lost(error):
                    raise
                log.warning("answers_wait", cause="database", answers=len(answers))
                backoff.sleep(backoff.next())

    def _settle(self, batch: Batch, answers: Sequence[Answer]) -> None:
        endings: list[Ending] = []
        again: dict[tuple[timedelta, bool, str], list[UUID]] = defaultdict(list)
        for answer in answers:
            ending = self._ending(batch, answer)
            if ending is not None:
                endings.append(ending)
                continue
            tried = answer.fate != "unreached"
            again[self._wait(batch, answer) or timedelta(), tried, answer.text].append(answer.delivery_id)
        with self._database.transaction(ACTOR) as session:
            if endings:
                record(session, batch.composer.mailing_id, endings, lease=batch.lease)
            for (wait, tried, text), ids in again.items():
                leases.put_back(session, batch.lease, ids, due_at=now() + wait, tried=tried, answer=text)
            leases.renew(session, batch.lease, seconds=self._settings.lease_seconds)
        _count(endings)

    def _ending(self, batch: Batch, answer: Answer) -> Ending | None:
        """How an answer ends its delivery; None when it is to be tried again."""
        if answer.fate == "accepted":
            return Ending(answer.delivery_id, ACCEPTED, answer=answer.text)
        if answer.fate == "uncertain":
            return Ending(answer.delivery_id, UNCERTAIN, "no_answer", answer.text)
        if answer.fate == "refused" or self._wait(batch, answer) is None:
            return Ending(answer.delivery_id, FAILED, answer.text, answer.text)
        return None

    def _wait(self, batch: Batch, answer: Answer) -> timedelta | None:
        """How long to wait before the next try; None when there is none."""
        if answer.fate == "unreached":
            return None if now() - batch.composer.started_at > GIVE_UP else timedelta()
        tries = batch.attempts[answer.delivery_id] + 1
        return retry_wait(tries, base=self._settings.send_retry_seconds, limit=self._settings.send_tries)


def _count(endings: Sequence[Ending]) -> None:
    for ending in endings:
        ended.labels(outcome=ending.outcome).inc()
