"""Sends the mails about submissions: asks to confirm, and brings check-in codes.

A mail is handed over durably before the first of its bytes leaves, and an answer is recorded after it
came. Whoever dies in between leaves it uncertain, and only a person has it sent again.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from chassis.auth import Actor
from chassis.backoff import Backoff
from chassis.clock import now
from chassis.database import LOST_DATABASE, Database, Session, is_lost
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.metrics import counter
from services.outreach.channels.channel import Answer, Message, Stream, Unsendable
from services.outreach.channels.email.mime import checked_address
from services.outreach.forms import mails, taking
from services.outreach.forms.design import Design
from services.outreach.forms.model import (
    CONFIRM,
    FAILED,
    HANDED_OVER,
    PENDING,
    QUEUED,
    SEATED,
    SENT,
    TICKET,
    UNCERTAIN,
    Confirmation,
    FormVersion,
    Submission,
    confirmations,
)
from services.outreach.mailings.model import retry_wait
from services.outreach.settings import OutreachSettings

log = get_logger(__name__)

ACTOR = Actor.system("outreach")
AT_ONCE = 20
EXPIRY_SECONDS = 60.0
ENDED = (SENT, FAILED, UNCERTAIN)

ended = counter(
    "outreach_form_mails_total",
    "Mails about submissions of forms that ended, by how.",
    ("outcome",),
    starts=[(one,) for one in ENDED],
)


@dataclass(frozen=True)
class Batch:
    """What is handed over now. ``attempts`` counts the tries of each before this one."""

    lease: UUID
    messages: Sequence[Message]
    attempts: dict[UUID, int]


class Confirmer:
    """Sends what is due, one batch a step, over a stream of its own."""

    name = "confirmer"

    def __init__(self, settings: OutreachSettings, database: Database, stream: Stream) -> None:
        self._settings = settings
        self._database = database
        self._stream = stream
        self._expire_at = 0.0

    def step(self) -> bool:
        """Take over what others left, forget what nobody confirmed, then send. Whether there was work."""
        with self._database.transaction(ACTOR) as session:
            lost = self._give_up_lost(session)
        expired = self._expire()
        with self._database.transaction(ACTOR) as session:
            batch = self._hand_over(session)
        if batch is None:
            return bool(lost or expired)
        self._stream.accept(batch.messages)
        while self._stream.in_hand:
            answers = self._stream.answers(patience=self._settings.lease_seconds / 4)
            self._settle_surely(batch, answers)
        return True

    def _give_up_lost(self, session: Session) -> int:
        """What a dead worker had handed over may have gone out."""
        lost = session.execute(
            update(confirmations)
            .where(confirmations.c.state == HANDED_OVER, confirmations.c.due_at <= now())
            .values(state=UNCERTAIN, reason="sender_lost", ended_at=now(), lease=None)
            .returning(confirmations.c.id)
        ).all()
        if lost:
            ended.labels(outcome=UNCERTAIN).inc(len(lost))
            log.warning("form_mails_uncertain", cause="sender_lost", mails=len(lost))
        return len(lost)

    def _expire(self) -> int:
        if time.monotonic() < self._expire_at:
            return 0
        self._expire_at = time.monotonic() + EXPIRY_SECONDS
        with self._database.transaction(ACTOR) as session:
            return taking.expire(session, days=self._settings.form_confirm_days)

    def _hand_over(self, session: Session) -> Batch | None:
        """Take what is due. What comes back is committed as handed over and must be sent now."""
        due = (
            select(Confirmation)
            .where(Confirmation.state == QUEUED, Confirmation.due_at <= now())
            .order_by(Confirmation.due_at)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        found = session.scalars(due).all()
        if not found:
            return None
        lease, messages, attempts = new_id(), [], {}
        for one in found:
            try:
                messages.append(self._message(session, one))
            except (Unsendable, ValueError) as error:
                one.state, one.reason, one.ended_at = FAILED, str(error)[:200], now()
                ended.labels(outcome=FAILED).inc()
                continue
            attempts[one.id] = one.attempts
            one.state, one.lease, one.due_at = HANDED_OVER, lease, self._until()
        return Batch(lease, messages, attempts)

    def _message(self, session: Session, confirmation: Confirmation) -> Message:
        """Raises Unsendable where it makes no sense any more, or the address is none."""
        submission = session.get_one(Submission, confirmation.submission_id)
        if confirmation.purpose == CONFIRM and submission.state != PENDING:
            raise Unsendable("not_pending")
        if confirmation.purpose == TICKET and submission.place != SEATED:
            raise Unsendable("no_place")
        address = checked_address(confirmation.address)
        version = session.get_one(FormVersion, (submission.form_id, submission.form_version))
        title = Design.of(version.design).texts[submission.language].title
        notice = mails.notice_of(confirmation.purpose, submission, title=title, settings=self._settings)
        content = mails.write(confirmation, notice, self._settings, date=now())
        return Message(confirmation.id, address, content)

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
        mine = confirmations.c.lease == batch.lease
        session.execute(update(confirmations).where(mine).values(due_at=self._until()))
        for answer in answers:
            values = self._ending(batch, answer)
            changed = session.execute(
                update(confirmations)
                .where(confirmations.c.id == answer.delivery_id, mine)
                .values(lease=None, **values)
                .returning(confirmations.c.id)
            ).all()
            if changed and values["state"] in ENDED:
                ended.labels(outcome=values["state"]).inc()

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
