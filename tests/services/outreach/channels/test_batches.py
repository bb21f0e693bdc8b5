"""A transport that works off batches, used as a stream."""

from collections.abc import Iterator, Sequence

from chassis.ids import new_id
from services.outreach.channels.batches import Batches, stream_of
from services.outreach.channels.channel import Answer, Message


class Recording:
    """Accepts everything, two answers at a time, and remembers its batches."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def deliver(self, messages: Sequence[Message], *, patience: float) -> Iterator[list[Answer]]:
        self.batches.append([one.address for one in messages])
        for first in range(0, len(messages), 2):
            yield []
            yield [Answer(one.delivery_id, "accepted", "ok") for one in messages[first : first + 2]]

    def close(self) -> None:
        """Nothing to close."""


def messages(*addresses: str) -> list[Message]:
    return [Message(new_id(), address, b"") for address in addresses]


def drain(stream: Batches) -> int:
    """How many answers come until nothing is in hand."""
    count = 0
    while stream.in_hand:
        count += len(stream.answers(patience=0.1))
    return count


def test_what_comes_during_a_batch_makes_the_next_one() -> None:
    transport = Recording()
    stream = Batches(transport)
    stream.accept(messages("a", "b", "c"))
    stream.answers(patience=0.1)
    stream.accept(messages("d"))
    assert drain(stream) == 4
    assert transport.batches == [["a", "b", "c"], ["d"]]


def test_only_what_was_not_begun_is_given_back() -> None:
    stream = Batches(Recording())
    stream.accept(messages("a", "b"))
    stream.answers(patience=0.1)
    stream.accept(messages("c"))
    assert [one.address for one in stream.take_back()] == ["c"]
    assert drain(stream) == 2


def test_a_stream_stays_itself() -> None:
    stream = Batches(Recording())
    assert stream_of(stream) is stream
