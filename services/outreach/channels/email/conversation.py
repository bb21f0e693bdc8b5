"""One SMTP session after its greeting, without a socket: what to send, and what each reply means.

The moment that counts for a mail is the dot that ends it, or the last byte of its last chunk. Before
that byte has left, the server cannot have the mail; so every byte is counted. Commands go out in
groups (RFC 2920) where the server says that it reads them so: the end of one mail and the envelope of
the next in one write, and with CHUNKING (RFC 3030) a whole mail.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from services.outreach.channels.channel import Answer, Fate, Message
from services.outreach.channels.email.replies import Reply, ReplyReader

CHUNKS_AHEAD = 3
"""Whole mails that may be on their way to a server with CHUNKING at once."""

_SESSION_CODES = {421, 503}
"""The server closes, or it and we do not agree on where we are: no word about the mail in hand."""

Step = Literal["reset", "mail", "rcpt", "data", "void", "content"]
"""What a reply is to. ``void`` is the lone dot to a server that says 354 although nobody gets the mail."""


@dataclass(frozen=True)
class Extensions:
    """What the server offers (EHLO). ``size`` is the largest mail it takes, 0 for no limit."""

    pipelining: bool = False
    chunking: bool = False
    eight_bit: bool = False
    utf8: bool = False
    sized: bool = False
    size: int = 0

    @classmethod
    def of(cls, offered: Mapping[str, str]) -> "Extensions":
        """``offered`` maps each keyword in upper case to its parameters."""
        size = offered.get("SIZE", "")
        return cls(
            pipelining="PIPELINING" in offered,
            chunking="CHUNKING" in offered,
            eight_bit="8BITMIME" in offered,
            utf8="SMTPUTF8" in offered,
            sized="SIZE" in offered,
            size=int(size) if size.isdecimal() and len(size) < 20 else 0,
        )


@dataclass(slots=True)
class _Transaction:
    """One mail on its way. ``end`` is how many bytes of the session have left when its last one has."""

    message: Message
    commands: deque[tuple[Step, bytes]] = field(default_factory=deque)
    refusal: Reply | None = None
    met: bool = False
    end: int | None = None
    answered: bool = False


@dataclass
class Losses:
    """What a lost connection leaves: fates that are known, and mails that surely did not leave."""

    answers: list[Answer] = field(default_factory=list)
    unsent: list[Message] = field(default_factory=list)


class Conversation:
    """``supply`` gives the next mail, or None."""

    def __init__(
        self,
        offered: Extensions,
        *,
        supply: Callable[[], Message | None],
    ) -> None:
        self._offered = offered
        self._chunking = offered.chunking and offered.pipelining
        self._supply = supply
        self._reader = ReplyReader()
        self._live: deque[_Transaction] = deque()
        self._due: deque[tuple[Step, _Transaction]] = deque()
        self._announced: _Transaction | None = None
        self._to_reset = False
        self._pending: list[bytes] = []
        self._written = self._left = self._perhaps_left = 0
        self._served = False
        self.closing = False
        """The server has said that it will hear no more."""

    @property
    def busy(self) -> bool:
        """Whether a reply is awaited."""
        return bool(self._due)

    @property
    def ready(self) -> bool:
        """Whether another mail can be begun now."""
        if self.closing:
            return False
        if self._chunking:
            return len(self._live) < CHUNKS_AHEAD
        if self._offered.pipelining:
            return self._announced is None and len(self._live) < 2
        return not self._live

    def outgoing(self) -> bytes:
        """What is to be written to the socket now."""
        if len(self._pending) > 1:
            self._pending = [b"".join(self._pending)]
        return self._pending[0] if self._pending else b""

    def sent(self, count: int) -> None:
        """So many bytes of what is outgoing have left."""
        self._left += count
        rest = self.outgoing()[count:]
        self._pending = [rest] if rest else []

    def perhaps_sent(self, count: int) -> None:
        """So many bytes may have left, and will be written again: a TLS record that did not fit."""
        self._perhaps_left = max(self._perhaps_left, self._left + count)

    def begin(self) -> list[Answer]:
        """Take as many mails as are ready to go. Returns the answers of those that cannot go here."""
        answers = []
        while self.ready:
            message = self._supply()
            if message is None:
                break
            fault = self._fault(message)
            if fault:
                answers.append(Answer(message.delivery_id, "refused", fault))
            else:
                self._announce(message)
        return answers

    def receive(self, data: bytes) -> list[Answer]:
        """Take in what the server says. Raises Gibberish: then the connection is lost."""
        answers: list[Answer] = []
        for reply in self._reader.feed(data):
            if self.closing:
                break
            answers += self._take(reply)
        if not self.closing:
            answers += self.begin()
        return answers

    def lost(self, why: str) -> Losses:
        """The connection is gone. What is known of each mail that was on it.

        Servers hang up between two mails for reasons of their own; the mail that meets this is not to
        blame, but the first on a connection is.
        """
        losses = Losses()
        for place, transaction in enumerate(self._live):
            if transaction.answered:
                continue
            message = transaction.message
            if self._may_have_it(transaction):
                losses.answers.append(Answer(message.delivery_id, "uncertain", why))
            elif transaction.met or (place == 0 and not self._served):
                losses.answers.append(Answer(message.delivery_id, "broken", why))
            else:
                losses.unsent.append(message)
        self._live.clear()
        self._due.clear()
        self.closing = True
        return losses

    def _may_have_it(self, transaction: _Transaction) -> bool:
        left = max(self._left, self._perhaps_left)
        return transaction.end is not None and left >= transaction.end

    def _fault(self, message: Message) -> str:
        """Why a mail cannot go over this session; empty when it can."""
        international = not message.address.isascii()
        if international and not self._offered.utf8:
            return "smtputf8_missing: the mail server takes no international addresses"
        if not self._offered.eight_bit and not message.content.isascii():
            return "8bitmime_missing: the mail server takes only 7-bit mail"
        if self._offered.size and len(message.content) > self._offered.size:
            return f"too_large: the mail server takes {self._offered.size} bytes at the most"
        return ""

    def _announce(self, message: Message) -> None:
        transaction = _Transaction(message)
        # What is sent ahead cannot wait to see whether the mail before it is refused halfway.
        if self._to_reset or (self._chunking and self._live):
            transaction.commands.append(("reset", b"RSET\r\n"))
            self._to_reset = False
        transaction.commands += (
            ("mail", self._mail(message)),
            ("rcpt", b"RCPT TO:<%b>\r\n" % message.address.encode()),
        )
        self._live.append(transaction)
        if self._chunking:
            transaction.commands.append(("content", b"BDAT %d LAST\r\n" % len(message.content)))
            self._write(transaction, len(transaction.commands))
            self._write_content(transaction, message.content)
            return
        transaction.commands.append(("data", b"DATA\r\n"))
        self._announced = transaction
        self._write(transaction, len(transaction.commands) if self._offered.pipelining else 1)

    def _mail(self, message: Message) -> bytes:
        offered = self._offered
        line = b"MAIL FROM:<%b>" % message.return_path.encode()
        if offered.sized:
            line += b" SIZE=%d" % len(message.content)
        if offered.eight_bit and not message.content.isascii():
            line += b" BODY=8BITMIME"
        if not message.address.isascii():
            line += b" SMTPUTF8"
        return line + b"\r\n"

    def _write(self, transaction: _Transaction, count: int) -> None:
        """Write the next ``count`` of a transaction's commands."""
        for _ in range(count):
            step, line = transaction.commands.popleft()
            self._due.append((step, transaction))
            self._pending.append(line)
            self._written += len(line)

    def _write_content(self, transaction: _Transaction, *pieces: bytes) -> None:
        """Write the mail; with the last of these bytes gone the server may have it."""
        self._pending += pieces
        self._written += sum(map(len, pieces))
        transaction.end = self._written

    def _take(self, reply: Reply) -> list[Answer]:
        """One reply. What it says of the mail that it is about, if that is decided now."""
        if not self._due:
            self.closing = True
            return []
        step, transaction = self._due.popleft()
        transaction.met = True
        if reply.code == 421 or (reply.code == 503 and transaction.refusal is None):
            self.closing = True
            return self._end(transaction, reply)
        if step == "content":
            return self._content_answered(transaction, reply)
        if step == "data":
            return self._data_answered(transaction, reply)
        if step in ("mail", "rcpt") and not reply.positive and transaction.refusal is None:
            transaction.refusal = reply
        if transaction.commands:
            if transaction.refusal is not None:
                self._announced = None
                return self._refused(transaction)
            self._write(transaction, 1)
        return []

    def _data_answered(self, transaction: _Transaction, reply: Reply) -> list[Answer]:
        self._announced = None
        if transaction.refusal is not None:
            if reply.code == 354:
                transaction.commands.append(("void", b".\r\n"))
                self._write(transaction, 1)
            return self._refused(transaction)
        if reply.code != 354:
            transaction.refusal = reply
            return self._refused(transaction)
        message = transaction.message
        self._due.append(("content", transaction))
        content = message.content if message.dotless else stuffed(message.content)
        self._write_content(
            transaction, content, b"." if not content or content.endswith(b"\r\n") else b"\r\n."
        )
        self._pending.append(b"\r\n")
        self._written += len(b"\r\n")
        return []

    def _content_answered(self, transaction: _Transaction, reply: Reply) -> list[Answer]:
        if not self._may_have_it(transaction):
            # An answer to what is not complete. Nobody knows what the server reads from here on.
            self.closing = True
        refusal = transaction.refusal
        if refusal is not None and (refusal.temporary or refusal.permanent):
            return self._refused(transaction)
        return self._end(transaction, reply)

    def _refused(self, transaction: _Transaction) -> list[Answer]:
        self._to_reset = True
        assert transaction.refusal is not None
        return self._end(transaction, transaction.refusal)

    def _end(self, transaction: _Transaction, reply: Reply) -> list[Answer]:
        if transaction.answered:
            return []
        transaction.answered = self._served = True
        self._live.remove(transaction)
        fate = self._fate(transaction, reply)
        if fate in ("broken", "uncertain"):
            self.closing = True
        return [Answer(transaction.message.delivery_id, fate, reply.text)]

    def _fate(self, transaction: _Transaction, reply: Reply) -> Fate:
        if reply.permanent and reply.code not in _SESSION_CODES:
            return "refused"
        if reply.temporary or reply.code in _SESSION_CODES:
            return "deferred"
        if not self._may_have_it(transaction):
            return "broken"
        return "accepted" if reply.positive else "uncertain"


def stuffed(content: bytes) -> bytes:
    """A mail as it follows DATA: with one more dot before each line that starts with one."""
    if content.startswith(b"."):
        content = b"." + content
    return content.replace(b"\r\n.", b"\r\n..")
