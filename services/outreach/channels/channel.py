"""What every channel gives the sender: a writer for each mailing, and a transport that hands over.

What matters is to know afterwards, for each copy, whether the other side can have it. Before its last
byte has left, it surely cannot; after the answer we know; in between nobody does.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable
from uuid import UUID

import msgspec

if TYPE_CHECKING:
    from services.outreach.mailings.audience import Recipient

Fate = Literal["accepted", "refused", "deferred", "broken", "unreached", "uncertain"]
"""What became of a copy.

accepted: the other side has it; refused: it will not take it; deferred: not now; broken: the
connection broke before the copy was complete; unreached: there was no connection to try it on;
uncertain: it was complete, and no answer came.
"""


class Unsendable(ValueError):
    """This copy cannot be sent at all; the text is the reason code or the reason."""


class Message(msgspec.Struct, frozen=True):
    """A copy that is written. ``content`` is as the channel's own transport wants it.

    Of a mail, ``return_path`` is where bounces go, and in a ``dotless`` one no line starts with a dot.
    """

    delivery_id: UUID
    address: str
    content: bytes
    return_path: str = ""
    dotless: bool = False


class Answer(msgspec.Struct, frozen=True):
    """What became of a message, with the other side's words or ours, and its id and price for it."""

    delivery_id: UUID
    fate: Fate
    text: str
    provider_id: str = ""
    price: Decimal | None = None
    currency: str = ""


class Writer(Protocol):
    """Writes the copies of one mailing."""

    def write(self, recipient: "Recipient", *, date: datetime) -> Message:
        """One recipient's copy. Raises Unsendable, or one of the template language's RENDER_ERRORS."""
        ...


class Transport(Protocol):
    """Anything that can hand messages over."""

    def deliver(self, messages: Sequence[Message], *, patience: float) -> Iterator[list[Answer]]:
        """Each message's answer, exactly once.

        Answers come in lists: at the latest every ``patience`` seconds, then perhaps an empty one.
        """
        ...

    def close(self) -> None: ...


@runtime_checkable
class Stream(Protocol):
    """A transport that takes more while it still works on what it has. One thread calls it, but for ``wake``.

    ``in_hand`` is how many messages it has taken and not answered.
    """

    in_hand: int

    def accept(self, messages: Sequence[Message]) -> None:
        """Take messages, in their order. Does not wait."""
        ...

    def answers(self, *, patience: float) -> list[Answer]:
        """Some answers, each message's exactly once, as soon as there are any.

        Comes back after ``patience`` seconds at the latest, or when it is woken, perhaps with nothing.
        """
        ...

    def take_back(self) -> list[Message]:
        """Give up what was not begun. It gets no answer."""
        ...

    def wake(self) -> None:
        """Let ``answers`` come back soon. Any thread may call it."""
        ...

    def close(self) -> None: ...
