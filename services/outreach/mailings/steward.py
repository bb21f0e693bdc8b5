"""The steward: does for mailings what falls due by itself, while senders send.

It starts those whose time has come, ends what is left of those that expired or were cancelled, follows
trials, pauses what goes wrong, and says when a mailing's counts differ from its ledger. Any number may
run: each locks the mailing's row, and finds nothing to do where another was faster.
"""

import time
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Exists, Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database, Session
from chassis.metrics import gauge
from services.outreach.mailings import course, outcomes, trials, watch
from services.outreach.mailings.model import (
    CANCELLED,
    FINISHED,
    QUEUED,
    SCHEDULED,
    WAITING,
    Mailing,
    deliveries,
)
from services.outreach.settings import OutreachSettings

ACTOR = Actor.system("outreach")

AT_ONCE: Final = 2000
"""Deliveries that one step ends or releases, so that senders never wait long for the mailing's row."""

ROUND_SECONDS = 1.0
COUNT_SECONDS = 30.0

mismatched = gauge(
    "outreach_mailings_mismatched",
    "Mailings with nothing left to send whose counts are not those of their ledger: 0, or there is a bug.",
)


class Steward:
    """Looks after every mailing that is not over, once a second."""

    name = "steward"

    def __init__(self, settings: OutreachSettings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._next_round = 0.0
        self._next_count = 0.0

    def step(self) -> bool:
        """One round over the mailings that want something. Whether any did."""
        if time.monotonic() < self._next_round:
            return False
        with self._database.reading(ACTOR) as session:
            wanting = [mailing.id for mailing in session.scalars(_open()) if self._wants(session, mailing)]
        for mailing_id in wanting:
            with self._database.transaction(ACTOR) as session:
                self._look_after(session, session.get_one(Mailing, mailing_id, with_for_update=True))
        if time.monotonic() >= self._next_count:
            with self._database.transaction(ACTOR) as session:
                mismatched.set(len(find_mismatched(session)))
            self._next_count = time.monotonic() + COUNT_SECONDS
        self._next_round = 0.0 if wanting else time.monotonic() + ROUND_SECONDS
        return bool(wanting)

    def _wants(self, session: Session, mailing: Mailing) -> bool:
        """Whether there may be something to do, without a lock on anything."""
        if mailing.state == SCHEDULED and mailing.starts_at is not None and mailing.starts_at <= now():
            return True
        if _leftover(mailing) or mailing.chosen is not None:
            which = (QUEUED, WAITING) if _leftover(mailing) else (WAITING,)
            if any(session.scalar(select(_any(mailing.id, state))) for state in which):
                return True
        if trials.next_step(session, mailing) is not None:
            return True
        return watch.verdict(session, mailing, self._settings) is not None

    def _look_after(self, session: Session, mailing: Mailing) -> None:
        if mailing.state == SCHEDULED:
            course.advance(session, mailing)
        reason = _leftover(mailing)
        if reason:
            outcomes.end_unsent(session, mailing.id, reason=reason, limit=AT_ONCE)
            return
        trials.follow(session, mailing, by=ACTOR.subject, fewest=self._settings.trial_sample)
        if mailing.chosen is not None:
            trials.release_rest(session, mailing, limit=AT_ONCE)
        watch.look_after(session, mailing, self._settings, by=ACTOR.subject)


def find_mismatched(session: Session) -> Sequence[UUID]:
    """Mailings with nothing left to send that cannot finish, since their counts differ from the ledger."""
    stuck = session.scalars(
        select(Mailing)
        .where(
            Mailing.finished_at.is_(None),
            Mailing.pages_received == Mailing.pages,
            ~_any(Mailing.id, QUEUED),
            ~_any(Mailing.id, WAITING),
            ~exists().where(deliveries.c.mailing_id == Mailing.id, deliveries.c.lease.is_not(None)),
        )
        .with_for_update()
    ).all()
    for mailing in stuck:
        outcomes.finish_if_done(session, mailing)
    return [mailing.id for mailing in stuck if mailing.finished_at is None]


def _open() -> Select[Mailing]:
    undecided = and_(Mailing.trial.is_not(None), Mailing.chosen.is_(None), Mailing.state == FINISHED)
    return select(Mailing).where(or_(Mailing.finished_at.is_(None), undecided))


def _leftover(mailing: Mailing) -> str:
    """Why whoever has no copy yet gets none; empty while they may get one."""
    if mailing.state == CANCELLED:
        return "cancelled"
    expired = mailing.expires_at is not None and mailing.expires_at <= now()
    return "expired" if expired and mailing.finished_at is None else ""


def _any(mailing_id: UUID | InstrumentedAttribute[UUID], state: str) -> Exists:
    return exists().where(deliveries.c.mailing_id == mailing_id, deliveries.c.state == state)
