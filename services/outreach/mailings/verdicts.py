"""What an answer means for its delivery: an end, or another try later. Pure, but for the clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from chassis.clock import now
from services.outreach.channels.channel import Answer
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.model import ACCEPTED, FAILED, UNCERTAIN, retry_wait

GIVE_UP = timedelta(days=2)
"""A mailing that could not reach the mail server for so long fails for who is left."""


class Again(msgspec.Struct, frozen=True):
    """A delivery that surely did not go out and is due again. ``tried`` counts as an attempt."""

    delivery_id: UUID
    due_at: datetime
    tried: bool
    answer: str = ""


Verdict = Ending | Again


@dataclass(frozen=True)
class Patience:
    """How often, and how long, a delivery is tried. ``base`` is the first wait in seconds."""

    started_at: datetime
    base: float
    limit: int

    def verdict(self, answer: Answer, *, attempts: int) -> Verdict:
        """What ``answer`` means for a delivery that was tried ``attempts`` times before."""
        text = answer.text.replace("\0", "")
        if answer.fate == "accepted":
            return self._ended(answer, ACCEPTED, "", text)
        if answer.fate == "uncertain":
            return self._ended(answer, UNCERTAIN, "no_answer", text)
        moment = now()
        tried = answer.fate != "unreached"
        wait = self._wait(attempts + 1) if tried else self._idle(moment)
        if answer.fate == "refused" or wait is None:
            # Where nobody was reached, the words are our own.
            return self._ended(answer, FAILED, text, text if tried else "")
        return Again(answer.delivery_id, moment + wait, tried, text)

    def _wait(self, tries: int) -> timedelta | None:
        return retry_wait(tries, base=self.base, limit=self.limit)

    def _idle(self, moment: datetime) -> timedelta | None:
        return None if moment - self.started_at > GIVE_UP else timedelta()

    @staticmethod
    def _ended(answer: Answer, outcome: Any, reason: str, text: str) -> Ending:
        return Ending(
            delivery_id=answer.delivery_id,
            outcome=outcome,
            reason=reason,
            answer=text,
            provider_id=answer.provider_id,
            price=answer.price,
            currency=answer.currency,
        )


def to_json(verdicts: Sequence[Verdict]) -> str:
    """Verdicts as a note holds them."""
    return msgspec.json.encode(verdicts).decode()


def from_json(note: str) -> Iterator[Verdict]:
    """The verdicts of a note."""
    for one in msgspec.json.decode(note):
        yield msgspec.convert(one, Ending) if "outcome" in one else msgspec.convert(one, Again)
