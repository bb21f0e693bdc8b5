"""Sends mails that go alone.

A mail is handed over durably before the first of its bytes leaves, and an answer is recorded after it
came. Whoever dies in between leaves it uncertain, and only a person has it sent again.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from prometheus_client import Counter
from sqlalchemy import Table, select, update

from chassis.auth import Actor
from chassis.backoff import Backoff
from chassis.clock import now
from chassis.database import LOST_DATABASE, Database, Session, is_lost
from chassis.ids import new_id
from chassis.logs import get_logger
from services.outreach.channels.channel import Answer, Message, Stream, Unsendable
from services.outreach.mailings.model import retry_wait
from services.outreach.settings import OutreachSettings
from services.outreach.singles.model import ENDED, FAILED, HANDED_OVER, QUEUED, SENT, UNCERTAIN, SingleMail

log = get_logger(__name__)

ACTOR = Actor.system("outreach")
AT_ONCE = 20

M = TypeVar("M", bound=SingleMail)


@dataclass(frozen=True)
class Batch:
    """What is handed over now. ``attempts`` counts the tries of each before this one."""

    lease: UUID
    messages: Sequence[Message]
    attempts: dict[UUID, int]


class Postman(ABC, Generic[M]):
    """Sends the rows of one table that are due, one batch a step, over a stream of its own.

    Who builds on it says which table, counts how they end, and writes each of them.
    """

    name: str
    kind: type[M]
    ended: Counter

    def __init__(self, settings: OutreachSettings, database: Database, stream: Stream) -> None:
        self._settings = settings
        self._database = database
        self._stream = stream
        self._table = cast(Table, cast(Any, self.kind).__table__)

    @abstractmethod
    def write(self, session: Session, mail: M) -> Message:
        """The mail. Raises Unsendable where it makes no sense any more, or the address is none."""

    def step(self) -> bool:
        """Take over what others left, then send. Whether there was work."""
        with self._database.transaction(ACTOR) as session:
            lost = self._give_up_lost(session)
        with self._database.transaction(ACTOR) as session:
            batch = self._hand_over(session)
        if batch is None:
            return bool(lost)
        self._stream.accept(batch.messages)
        while self._stream.in_hand:
            answers = self._stream.answers(patience=self._settings.lease_seconds / 4)
            self._settle_surely(batch, answers)
        return True

    def _give_up_lost(self, session: Session) -> int:
        """What a dead worker had handed over may have gone out."""
        mails = self._table.c
        lost = session.execute(
            update(self._table)
            .where(mails.state == HANDED_OVER, mails.due_at <= now())
            .values(state=UNCERTAIN, reason="sender_lost", ended_at=now(), lease=None)
            .returning(mails.id)
        ).all()
        if lost:
            self.ended.labels(outcome=UNCERTAIN).inc(len(lost))
            log.warning("single_mails_uncertain", worker=self.name, cause="sender_lost", mails=len(lost))
        return len(lost)

    def _hand_over(self, session: Session) -> Batch | None:
        """Take what is due. What comes back is committed as handed over and must be sent now."""
        due = (
            select(self.kind)
            .where(self.kind.state == QUEUED, self.kind.due_at <= now())
            .order_by(self.kind.due_at)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        found = session.scalars(due).all()
        if not found:
            return None
        lease, messages, attempts = new_id(), [], {}
        for one in found:
            try:
                messages.append(self.write(session, one))
            except (Unsendable, ValueError) as error:
                one.state, one.reason, one.ended_at = FAILED, str(error)[:200], now()
                self.ended.labels(outcome=FAILED).inc()
                continue
            attempts[one.id] = one.attempts
            one.state, one.lease, one.due_at = HANDED_OVER, lease, self._until()
        return Batch(lease, messages, attempts)

    def _until(self) -> datetime:
        return now() + timedelta(seconds=self._settings.lease_seconds)

    def _settle_surely(self, batch: Batch, answers: Sequence[Answer]) -> None:
        """Record, however long the database is away: these answers exist nowhere else."""
        backoff = Backoff()
        while True:
            try:
                with self._database.transaction(ACTOR) as session:
                    self._settle(session, batch, answers)
                return
            except LOST_DATABASE as error:
                if not is_lost(error):
                    raise
                log.warning("answers_wait", cause="database", answers=len(answers))
                backoff.sleep(backoff.next())

    def _settle(self, session: Session, batch: Batch, answers: Sequence[Answer]) -> None:
        mails = self._table.c
        mine = mails.lease == batch.lease
        session.execute(update(self._table).where(mine).values(due_at=self._until()))
        for answer in answers:
            values = self._ending(batch, answer)
            changed = session.execute(
                update(self._table)
                .where(mails.id == answer.delivery_id, mine)
                .values(lease=None, **values)
                .returning(mails.id)
            ).all()
            if changed and values["state"] in ENDED:
                self.ended.labels(outcome=values["state"]).inc()

    def _ending(self, batch: Batch, answer: Answer) -> dict[str, object]:
        """How an answer ends a mail, or when it is tried again."""
        if answer.fate == "accepted":
            return {"state": SENT, "reason": "", "ended_at": now()}
        if answer.fate == "uncertain":
            return {"state": UNCERTAIN, "reason": "no_answer", "ended_at": now()}
        tries = batch.attempts[answer.delivery_id] + (answer.fate != "unreached")
        wait = self._wait(answer, tries)
        if wait is None:
            return {"state": FAILED, "reason": answer.text[:500], "attempts": tries, "ended_at": now()}
        return {"state": QUEUED, "reason": answer.text[:500], "attempts": tries, "due_at": now() + wait}

    def _wait(self, answer: Answer, tries: int) -> timedelta | None:
        """None where it is not tried again."""
        base = self._settings.send_retry_seconds
        if answer.fate == "unreached":
            return timedelta(seconds=base)
        if answer.fate == "refused":
            return None
        return retry_wait(tries, base=base, limit=self._settings.send_tries)
