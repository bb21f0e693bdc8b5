"""One message on its way in its parts, and what became of it as a whole.

A recipient has a message only when all its parts arrive, so one part alone tells little. No part is
ever submitted again once it may have been taken; a part that surely was not taken may be, because the
others wait for it on the phone.
"""

from collections import deque
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from services.outreach.channels.channel import Answer, Fate
from services.outreach.channels.sms.statuses import TAKEN, TEMPORARY, words

COMPLETE_SECONDS: Final = 60.0
"""How long a message may stay half submitted before we give it up."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a part costs by agreement; without a price, nothing is known."""

    price: Decimal | None = None
    currency: str = ""

    def of(self, parts: int) -> Decimal | None:
        """The price of so many parts."""
        return None if self.price is None else self.price * parts


class Copy:
    """``bodies`` are the parts' submit_sm bodies. A part waits, is open (written), or has ended."""

    def __init__(self, delivery_id: UUID, bodies: list[bytes], tariff: Tariff) -> None:
        self.delivery_id = delivery_id
        self.bodies = bodies
        self.waiting = deque(range(len(bodies)))
        self.open = 0
        self.ids: dict[int, str] = {}
        self._tariff = tariff
        self._lost = 0
        self._said = ""
        self._refused = False
        self._given_up = ""
        self._begun_at = 0.0

    @property
    def begun(self) -> bool:
        """Whether anything of it was written, ever."""
        return self._begun_at > 0

    def opened(self, now: float) -> int:
        """The number of the next part, which is written ``now``, a reading of the monotonic clock."""
        self._begun_at = self._begun_at or now
        self.open += 1
        return self.waiting.popleft()

    def unwritten(self, part: int) -> None:
        """A part's last byte did not leave before the session broke."""
        self.open -= 1
        self.waiting.appendleft(part)

    def lost(self) -> None:
        """A part was written, and no answer will come."""
        self.open -= 1
        self._lost += 1

    def answered(self, part: int, status: int, message_id: str) -> None:
        """The SMS centre's answer to a part."""
        self.open -= 1
        if status == TAKEN:
            self.ids[part] = message_id
            return
        self._said = words(status)
        if status in TEMPORARY:
            self.waiting.appendleft(part)
        else:
            self._refused = True

    def stale(self, now: float) -> bool:
        """Whether it has been half submitted for too long."""
        return bool(self.ids) and now > self._begun_at + COMPLETE_SECONDS

    def give_up(self, why: str) -> None:
        """Write no further part."""
        self._given_up = why

    def answer(self) -> Answer | None:
        """What became of it; None while a part is open, or can still be written."""
        if self.open:
            return None
        total, taken = len(self.bodies), len(self.ids)
        if self._lost:
            return self._answer("uncertain", f"{self._lost} of {total} parts have no answer")
        if taken == total:
            return self._answer("accepted", words(TAKEN))
        if taken:
            why = self._said or self._given_up
            hopeless = self._refused or self._given_up
            text = f"incomplete: {taken} of {total} parts were taken, then: {why}"
            return self._answer("refused", text) if hopeless else None
        return self._answer_to_none()

    def _answer_to_none(self) -> Answer | None:
        if self._refused:
            return self._answer("refused", self._said)
        if self._said:
            return self._answer("deferred", self._said)
        return self._answer("unreached", self._given_up) if self._given_up else None

    @property
    def losses(self) -> int:
        """How many parts were written and will have no answer."""
        return self._lost

    @property
    def may_be_written(self) -> bool:
        """Whether a part waits that it still makes sense to write."""
        hopeless = self._lost or self._refused or self._given_up or (self._said and not self.ids)
        return bool(self.waiting) and not hopeless

    def _answer(self, fate: Fate, text: str) -> Answer:
        ids = [self.ids[part] for part in sorted(self.ids) if self.ids[part]]
        paid = len(self.ids)
        return Answer(
            self.delivery_id,
            fate,
            text,
            provider_id=" ".join(ids),
            price=self._tariff.of(paid) if paid else None,
            currency=self._tariff.currency if paid else "",
        )
