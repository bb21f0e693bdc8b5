"""A transport that works off one batch after the other, seen as a stream."""

from collections.abc import Iterator, Sequence

from services.outreach.channels.channel import Answer, Message, Stream, Transport

LOOK_SECONDS = 0.25


class Batches:
    """See ``Stream``. What is accepted while a batch is under way waits for the next one."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._waiting: list[Message] = []
        self._under_way: Iterator[list[Answer]] | None = None
        self.in_hand = 0

    def accept(self, messages: Sequence[Message]) -> None:
        """See ``Stream``."""
        self._waiting.extend(messages)
        self.in_hand += len(messages)

    def answers(self, *, patience: float) -> list[Answer]:
        """See ``Stream``. With nothing in hand it comes back at once."""
        if self._under_way is None:
            if not self._waiting:
                return []
            batch, self._waiting = self._waiting, []
            self._under_way = self._transport.deliver(batch, patience=min(patience, LOOK_SECONDS))
        answers = next(self._under_way, None)
        if answers is None:
            self._under_way = None
            return []
        self.in_hand -= len(answers)
        return answers

    def take_back(self) -> list[Message]:
        """See ``Stream``."""
        messages, self._waiting = self._waiting, []
        self.in_hand -= len(messages)
        return messages

    def wake(self) -> None:
        """See ``Stream``. A transport of batches looks up often enough."""

    def close(self) -> None:
        self._transport.close()


def stream_of(transport: Transport | Stream) -> Stream:
    """A transport as a stream, whichever it is."""
    return transport if isinstance(transport, Stream) else Batches(transport)
