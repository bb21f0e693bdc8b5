"""Whatever a mail server does, and wherever the connection breaks: what we say of a mail is true.

The server and the network are simulated, so that every place to break at can be tried.
"""

from collections import deque
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.ids import new_id
from services.outreach.channels.channel import Answer, Message
from services.outreach.channels.email.conversation import Conversation, Extensions, stuffed
from services.outreach.channels.email.replies import Gibberish
from tests.services.outreach.channels.email.scripted import MOODS, ScriptedServer

WAYS = {
    "one by one": Extensions(),
    "sized": Extensions(sized=True, size=10_000),
    "pipelined": Extensions(pipelining=True, sized=True, eight_bit=True, utf8=True),
    "chunked": Extensions(pipelining=True, chunking=True),
}
CONTENTS = st.lists(st.sampled_from([b"text", b".", b"..", b".dot", b"", b"end."]), max_size=4).map(
    lambda lines: b"\r\n".join([*lines, b""])
)


def a_mail(mood: str = "fine", *, content: bytes = b"Hello\r\n", address: str = "") -> Message:
    delivery_id = new_id()
    address = address or f"{delivery_id.hex}@example.org"
    return Message(delivery_id, address, content, f"bounce+{mood}@example.com")


@dataclass
class Line:
    """A conversation, a server, and the network between them."""

    offered: Extensions
    mails: deque[Message]
    server: ScriptedServer = field(init=False)
    answers: list[Answer] = field(default_factory=list)
    sent: int = 0

    def __post_init__(self) -> None:
        self.server = ScriptedServer(self.offered)
        self.conversation = Conversation(
            self.offered, supply=lambda: self.mails.popleft() if self.mails else None
        )
        self.answers += self.conversation.begin()

    def go(self, *, pieces: Random | None = None, cut_at: int | None = None, arrives: int = 0) -> None:
        """Carry bytes to and fro until nothing moves, or until ``cut_at`` bytes have left.

        Of the bytes that leave last, ``arrives`` come to the server.
        """
        replies = b""
        while True:
            outgoing = self.conversation.outgoing()
            if cut_at is not None:
                outgoing = outgoing[: cut_at - self.sent]
            size = self._piece(pieces, len(outgoing))
            if size:
                self.conversation.sent(size)
                self.sent += size
                cut = cut_at is not None and self.sent >= cut_at
                replies += self.server.receive(outgoing[: min(size, arrives)] if cut else outgoing[:size])
                if cut:
                    return
            taken = self._piece(pieces, len(replies))
            if taken:
                self.answers += self.conversation.receive(replies[:taken])
                replies = replies[taken:]
            if self.conversation.closing or not (size or taken):
                return

    @staticmethod
    def _piece(pieces: Random | None, most: int) -> int:
        if pieces is None or most == 0:
            return most
        return pieces.randint(1, most)


MAILS = st.lists(
    st.builds(lambda mood, content: a_mail(mood, content=content), st.sampled_from(MOODS), CONTENTS),
    max_size=6,
)
CHANCE = st.integers(0, 10_000)
"""Decides how the bytes are cut into pieces."""


def check_truth(line: Line, mails: list[Message], *, unsent: list[Message]) -> None:
    """Every mail has one fate, and the server agrees with it."""
    said: dict[UUID, str] = {}
    for answer in line.answers:
        assert answer.delivery_id not in said
        said[answer.delivery_id] = answer.fate
    left = {one.delivery_id for one in (*unsent, *line.mails)}
    assert said.keys() | left == {one.delivery_id for one in mails}
    assert not said.keys() & left
    for mail in mails:
        kept = line.server.kept.get(mail.address)
        fate = said.get(mail.delivery_id, "unsent")
        if fate == "accepted":
            assert kept == mail.content
        elif fate != "uncertain":
            assert kept is None, fate


EXPECTED = {
    "fine": "accepted",
    "unwanted_sender": "refused",
    "refuse": "refused",
    "defer": "deferred",
    "no_data": "deferred",
    "go_anyway": "refused",
    "late_refuse": "refused",
    "late_defer": "deferred",
    "closing_at_mail": "deferred",
    "closing_at_rcpt": "deferred",
    "closing_at_data": "deferred",
    "closing_at_dot": "deferred",
    "strange": "broken",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("mood", MOODS)
def test_each_answer_of_a_server_is_one_fate_and_the_next_mail_goes_through(way: str, mood: str) -> None:
    mails = [a_mail(), a_mail(mood), a_mail(), a_mail()]
    line = Line(WAYS[way], deque(mails))
    line.go()
    fates = {one.delivery_id: one.fate for one in line.answers}
    expected = "refused" if (mood, way) == ("strange", "chunked") else EXPECTED[mood]
    assert [fates[mails[0].delivery_id], fates[mails[1].delivery_id]] == ["accepted", expected]
    losses = line.conversation.lost("the server closed") if line.conversation.closing else None
    if losses is None:
        assert fates[mails[2].delivery_id] == fates[mails[3].delivery_id] == "accepted"
    line.answers += losses.answers if losses else []
    check_truth(line, mails, unsent=losses.unsent if losses else [])
    assert line.server.faults == []


@settings(max_examples=50, deadline=None)
@given(way=st.sampled_from(sorted(WAYS)), mails=MAILS, chance=CHANCE)
def test_without_a_break_nothing_is_uncertain(way: str, mails: list[Message], chance: int) -> None:
    line = Line(WAYS[way], deque(mails))
    line.go(pieces=Random(chance))
    assert "uncertain" not in {one.fate for one in line.answers}
    losses = line.conversation.lost("over") if line.conversation.closing else None
    line.answers += losses.answers if losses else []
    check_truth(line, mails, unsent=losses.unsent if losses else [])
    assert line.server.faults == []


@settings(max_examples=50, deadline=None)
@given(
    way=st.sampled_from(sorted(WAYS)),
    mails=MAILS,
    chance=CHANCE,
    cut_at=st.integers(1, 800),
    arrives=st.integers(0, 400),
)
def test_wherever_the_connection_breaks_what_we_say_is_true(
    *, way: str, mails: list[Message], chance: int, cut_at: int, arrives: int
) -> None:
    line = Line(WAYS[way], deque(mails))
    line.go(pieces=Random(chance), cut_at=cut_at, arrives=arrives)
    losses = line.conversation.lost("connection reset")
    line.answers += losses.answers
    check_truth(line, mails, unsent=losses.unsent)


def test_a_mail_is_uncertain_from_the_byte_of_its_dot_on() -> None:
    envelope = len(b"MAIL FROM:<bounce+fine@example.com> SIZE=7\r\nRCPT TO:<lin@example.org>\r\nDATA\r\n")
    content = b"Hello\r\n"
    for left, fate in ((len(content), "broken"), (len(content) + 1, "uncertain")):
        line = Line(WAYS["pipelined"], deque([a_mail(address="lin@example.org", content=content)]))
        line.go(cut_at=envelope + left, arrives=0)
        assert [one.fate for one in line.conversation.lost("cut").answers] == [fate]


def test_an_answer_to_half_a_mail_ends_the_session_and_is_believed() -> None:
    mail = a_mail(content=b"x" * 1000)
    line = Line(WAYS["pipelined"], deque([mail]))
    conversation = line.conversation
    conversation.sent(len(conversation.outgoing()))
    conversation.receive(b"250 ok\r\n250 ok\r\n354 go\r\n")
    conversation.sent(500)
    (answer,) = conversation.receive(b"552 5.3.4 too big\r\n")
    assert (answer.fate, conversation.closing) == ("refused", True)


def test_a_record_that_may_have_left_counts_as_left() -> None:
    line = Line(WAYS["pipelined"], deque([a_mail()]))
    conversation = line.conversation
    conversation.sent(len(conversation.outgoing()))
    conversation.receive(b"250 ok\r\n250 ok\r\n354 go\r\n")
    conversation.perhaps_sent(len(conversation.outgoing()))
    assert [one.fate for one in conversation.lost("cut").answers] == ["uncertain"]


def test_the_first_mail_on_a_connection_is_to_blame_for_its_end_and_later_ones_are_not() -> None:
    first, second = a_mail(), a_mail()
    line = Line(WAYS["pipelined"], deque([first, second]))
    assert [one.delivery_id for one in line.conversation.lost("cut").answers] == [first.delivery_id]
    line = Line(WAYS["one by one"], deque([first, second]))
    line.go()
    line.mails.append(third := a_mail())
    line.conversation.begin()
    assert line.conversation.lost("idle too long").unsent == [third]


@pytest.mark.parametrize(
    ("offered", "mail", "word"),
    [
        (Extensions(), a_mail(address="lín@example.org"), "smtputf8_missing"),
        (Extensions(), a_mail(content="ü".encode()), "8bitmime_missing"),
        (Extensions(sized=True, size=3), a_mail(content=b"long"), "too_large"),
    ],
)
def test_what_a_server_does_not_take_is_refused_with_the_reason(
    offered: Extensions, mail: Message, word: str
) -> None:
    line = Line(offered, deque([mail, a_mail(content=b"ok")]))
    line.go()
    fates = [(one.fate, one.text.partition(":")[0]) for one in line.answers]
    assert fates == [("refused", word), ("accepted", "250 2.0.0 queued as 7")]


def test_an_international_address_is_announced_as_such() -> None:
    line = Line(WAYS["pipelined"], deque([a_mail(address="lín@example.org", content="é\r\n".encode())]))
    first = line.conversation.outgoing().split(b"\r\n")
    assert first[0] == b"MAIL FROM:<bounce+fine@example.com> SIZE=4 BODY=8BITMIME SMTPUTF8"
    assert first[1] == "RCPT TO:<lín@example.org>".encode()


def test_the_end_of_a_mail_and_the_next_envelope_go_out_together() -> None:
    line = Line(WAYS["pipelined"], deque([a_mail(), a_mail()]))
    conversation = line.conversation
    conversation.sent(len(conversation.outgoing()))
    conversation.receive(b"250 ok\r\n250 ok\r\n354 go\r\n")
    lines = conversation.outgoing().split(b"\r\n")
    assert [one.partition(b" ")[0] for one in lines] == [b"Hello", b".", b"MAIL", b"RCPT", b"DATA", b""]


def test_without_pipelining_one_command_waits_for_the_answer_to_the_last() -> None:
    line = Line(WAYS["one by one"], deque([a_mail()]))
    assert line.conversation.outgoing().count(b"\r\n") == 1


@pytest.mark.parametrize(
    "noise", [b"hello\r\n", b"99 x\r\n", b"250" + b"x" * 5000, b"600 x\r\n", b"250-x\r\n" * 300]
)
def test_what_is_no_reply_ends_the_session(noise: bytes) -> None:
    line = Line(WAYS["pipelined"], deque([a_mail()]))
    with pytest.raises(Gibberish):
        line.conversation.receive(noise)


def test_a_reply_that_nobody_asked_for_ends_the_session() -> None:
    conversation = Conversation(Extensions(pipelining=True), supply=lambda: None)
    conversation.receive(b"421 idle too long\r\n")
    assert conversation.closing


@given(CONTENTS)
def test_what_is_stuffed_ends_nowhere_before_its_end(content: bytes) -> None:
    wire = stuffed(content) + b".\r\n"
    assert b"\r\n.\r\n" not in (b"\r\n" + wire)[: -len(b"\r\n.\r\n") + 2]
    lines = stuffed(content).split(b"\r\n")
    assert b"\r\n".join(one[1:] if one.startswith(b".") else one for one in lines) == content
