"""A letter that is written and not printed yet, and the proof of a whole batch of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import msgspec

from services.outreach.channels.channel import Message
from services.outreach.channels.dm.codes import Codes
from services.outreach.channels.dm.forms import Layout
from services.outreach.channels.dm.press import Copy, Press, PressFailed, Printed
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.model import FAILED


class Slip(msgspec.Struct, frozen=True):
    """What the manifest and the press need to know of a piece."""

    form: str
    name: str
    lines: list[str]
    country: str
    postal_code: str
    answer: str
    long: bool


@dataclass(frozen=True)
class Letter:
    """One delivery's piece with its code."""

    delivery_id: UUID
    address: str
    code: str
    content: bytes
    slip: Slip

    @classmethod
    def of(cls, message: Message, codes: Codes) -> "Letter":
        """From what the writer of the channel wrote."""
        return cls(
            delivery_id=message.delivery_id,
            address=message.address,
            code=codes.code_of(message.delivery_id),
            content=message.content,
            slip=msgspec.json.decode(message.content, type=Slip),
        )

    @property
    def copy(self) -> Copy:
        """As the press takes it."""
        return Copy(self.code, self.content, self.slip.answer, self.slip.long)

    def failed(self, reason: str) -> Ending:
        """It cannot be printed."""
        return Ending(self.delivery_id, FAILED, reason.replace("\0", "")[:500])


@dataclass
class Proof:
    """What of a batch was printed, and which letters cannot be. The others are left for another batch."""

    letters: list[Letter]
    printed: Printed | None = None
    endings: list[Ending] = field(default_factory=list)


@dataclass(frozen=True)
class Reader:
    """Reads proofs: takes a batch apart until only what can be printed is left.

    ``beat`` is called before each attempt, since they may take long.
    """

    press: Press
    most_pages: int
    beat: Callable[[], None]

    def read(self, layout: Layout, letters: Sequence[Letter], result: Printed | PressFailed) -> Proof:
        """``result`` is what the press made of ``letters``. One that cannot be printed fails alone."""
        proof = Proof(list(letters))
        while proof.letters:
            if isinstance(result, Printed):
                bad = self._too_long(proof.letters, result)
                if not bad:
                    proof.printed = result
                    return proof
            else:
                bad = self._culprits(layout, proof.letters)
            proof.endings += [letter.failed(reason) for letter, reason in bad]
            culprits = {letter.delivery_id for letter, _ in bad}
            left = [letter for letter in proof.letters if letter.delivery_id not in culprits]
            # Each half by itself can be printed: together they were too much.
            proof.letters = left if bad else left[: len(left) // 2]
            if proof.letters:
                result = self._attempt(layout, proof.letters)
        return proof

    def _too_long(self, letters: Sequence[Letter], printed: Printed) -> list[tuple[Letter, str]]:
        return [
            (letter, f"too_long: {pages} pages")
            for letter, pages in zip(letters, printed.of_each, strict=True)
            if pages > self.most_pages
        ]

    def _culprits(self, layout: Layout, letters: Sequence[Letter]) -> list[tuple[Letter, str]]:
        """Those of a batch that failed at which the press fails by themselves, twice."""
        if len(letters) == 1:
            # A press may be killed, and a machine may stand still: once is not enough to blame a letter.
            again = self._attempt(layout, letters)
            return [] if isinstance(again, Printed) else [(letters[0], f"cannot be printed: {again}")]
        half = len(letters) // 2
        found = []
        for part in (letters[:half], letters[half:]):
            result = self._attempt(layout, part)
            if isinstance(result, PressFailed):
                found += self._culprits(layout, part)
        return found

    def _attempt(self, layout: Layout, letters: Sequence[Letter]) -> Printed | PressFailed:
        self.beat()
        try:
            return self.press.run(layout, [letter.copy for letter in letters])
        except PressFailed as failure:
            return failure
