"""Keeps the ledger for one run of a sender: takes deliveries, notes what was heard, hands over.

Each call is one transaction, and may run in a thread of its own: takings one after the other, turns, and
settlings.
"""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from chassis.auth import Actor
from chassis.backoff import Backoff
from chassis.clock import now
from chassis.database import LOST_DATABASE, Database, Session, is_lost
from chassis.logs import get_logger
from services.outreach.channels.channel import Message
from services.outreach.mailings import admission, audience, faults, leases, ledger
from services.outreach.mailings.admission import Terms
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.composer import Composer
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.model import SENDING
from services.outreach.mailings.verdicts import Verdict

log = get_logger(__name__)

ACTOR = Actor.system("outreach")
UNKNOWN_CONTACT_PAUSE = timedelta(seconds=2)
FRESH_SECONDS = 0.5
"""Whoever was looked up longer ago is looked up again before the hand-over."""

T = TypeVar("T")


@dataclass
class Taken:
    """What was taken: who gets a copy, and what became of the others. ``last``: no more were due."""

    people: list[Recipient] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    last: bool = True


@dataclass(frozen=True)
class _Turn:
    """See ``Clerk.turn``. With ``recheck`` nothing leaves to whoever said stop since the leasing."""

    number: int
    leaving: Sequence[UUID]
    heard: Sequence[Verdict]
    recheck: bool


class Clerk:
    """Keeps the ledger of one mailing under one lease of ``seconds``, which its first taking opens."""

    def __init__(self, database: Database, composer: Composer, *, seconds: float, terms: Terms) -> None:
        self._database = database
        self._composer = composer
        self.seconds = seconds
        self._terms = terms
        self._lease: UUID | None = None
        self._looked_up = 0.0

    def take(self, size: int) -> Taken:
        """Lease up to ``size`` more deliveries to people who may get a copy now.

        While the database is away nothing is taken.
        """
        try:
            with self._database.transaction(ACTOR) as session:
                lease, taken = self._take(session, size)
        except LOST_DATABASE as error:
            if not is_lost(error):
                raise
            log.warning("nothing_taken", cause="database")
            return Taken()
        self._lease = lease
        return taken

    def turn(self, number: int, *, leaving: Sequence[UUID], heard: Sequence[Verdict]) -> set[UUID] | None:
        """Hand over what is leaving, and note what was heard; ``number`` counts the turns.

        Returns which may leave; None when others took over what the lease held. However long the database
        is away: what was heard exists nowhere else.
        """
        recheck = time.monotonic() - self._looked_up > FRESH_SECONDS
        turn = _Turn(number, leaving, heard, recheck)
        if recheck:
            return self._surely(lambda: self._written(lambda session: self._turn(session, turn)))
        return self._surely(lambda: self._quick_turn(turn))

    def settle(self, settled: Sequence[Verdict], *, upto: int, unheard: Collection[UUID]) -> None:
        """Settle what was heard in the turns ``upto`` this one; ``unheard`` left in them as well.

        Does nothing when others took over what the lease held.
        """
        if self._surely(
            lambda: self._written(lambda session: self._settle(session, settled, upto=upto, unheard=unheard))
        ):
            _count(settled)

    def close(self, *, settled: Sequence[Verdict], unsent: Sequence[Recipient | Message]) -> None:
        """Settle the last, and give back what was not handed over, of which ``unsent`` were admitted."""
        if self._lease is not None:
            self._surely(lambda: self._written(lambda session: self._close(session, settled, unsent)))
            _count(settled)

    def _take(self, session: Session, size: int) -> tuple[UUID | None, Taken]:
        composer, moment = self._composer, now()
        mailing_id = composer.mailing_id
        leases.take_turns(session, mailing_id)
        self._looked_up = time.monotonic()
        people = audience.due(session, mailing_id, channel=composer.channel, size=size)
        if not people:
            return self._lease, Taken()
        result = composer.sort(people)
        granted = admission.admit(session, mailing_id, result.sendable, at=moment, terms=self._terms)
        later = dict.fromkeys(result.unknown, moment + UNKNOWN_CONTACT_PAUSE) | granted.postponed
        ledger.postpone(session, later)
        lease = self._lease or leases.open_lease(session, mailing_id, seconds=self.seconds)
        endings: list[Verdict] = [*result.endings, *granted.endings]
        ids = [one.delivery_id for one in granted.admitted] + [one.delivery_id for one in endings]
        held = leases.hold(session, lease, ids)
        return lease, Taken(
            [one for one in granted.admitted if one.delivery_id in held],
            [one for one in endings if one.delivery_id in held],
            last=len(people) < size or granted.resume_at is not None,
        )

    def _quick_turn(self, turn: "_Turn") -> set[UUID] | None:
        """Most turns need no more than this."""
        assert self._lease is not None
        state = leases.renew_and_note(
            self._database,
            self._lease,
            turn.number,
            seconds=self.seconds,
            leaving=turn.leaving,
            heard=turn.heard,
        )
        if state is None:
            return None
        return set(turn.leaving) if state == SENDING else set()

    def _turn(self, session: Session, turn: "_Turn") -> set[UUID] | None:
        assert self._lease is not None
        state = leases.renew(session, self._lease, seconds=self.seconds)
        if state is None:
            return None
        going = set(turn.leaving) if state == SENDING else set()
        if going and turn.recheck:
            going -= leases.stopped(session, going, channel=self._composer.channel)
        leases.note(session, self._lease, turn.number, leaving=going, heard=turn.heard)
        return going

    def _settle(
        self, session: Session, settled: Sequence[Verdict], *, upto: int, unheard: Collection[UUID]
    ) -> bool:
        assert self._lease is not None
        if not leases.secure(session, self._lease):
            return False
        leases.settle(session, self._composer.mailing_id, self._lease, settled, upto=upto)
        if unheard:
            leases.note(session, self._lease, upto, leaving=unheard)
        return True

    def _close(
        self, session: Session, settled: Sequence[Verdict], unsent: Sequence[Recipient | Message]
    ) -> None:
        assert self._lease is not None
        channel = self._composer.channel
        admission.give_back(session, unsent, at=now(), terms=self._terms, channel=channel)
        leases.settle(session, self._composer.mailing_id, self._lease, settled)
        leases.close_lease(session, self._lease)

    def _written(self, work: Callable[[Session], T]) -> T:
        with self._database.transaction(ACTOR) as session:
            return work(session)

    @staticmethod
    def _surely(work: Callable[[], T]) -> T:
        backoff = Backoff()
        while True:
            try:
                return work()
            except LOST_DATABASE as error:
                if not is_lost(error):
                    raise
                log.warning("answers_wait", cause="database")
                backoff.sleep(backoff.next())


def _count(settled: Sequence[Verdict]) -> None:
    faults.count(one for one in settled if isinstance(one, Ending))
