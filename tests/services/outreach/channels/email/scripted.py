"""A mail server without a socket: it takes bytes, gives replies, and knows which mails it has.

What it does to a mail depends on the first word of the recipient's name, as in ``troubled_server``.
"""

from dataclasses import dataclass, field

from services.outreach.channels.email.conversation import Extensions

MOODS = (
    "fine",
    "unwanted_sender",
    "refuse",
    "defer",
    "no_data",
    "go_anyway",
    "late_refuse",
    "late_defer",
    "closing_at_mail",
    "closing_at_rcpt",
    "closing_at_data",
    "closing_at_dot",
    "strange",
)
_AT_MAIL = {"unwanted_sender": b"550 no", "closing_at_mail": b"421 bye", "strange": b"399 what"}
_AT_RCPT = {
    "refuse": b"550-5.1.1 no\r\n550 such user",
    "defer": b"450 later",
    "go_anyway": b"550 no",
    "closing_at_rcpt": b"421 bye",
}
_AT_DATA = {"no_data": b"451 not now", "closing_at_data": b"421 bye"}
_AT_DOT = {"late_refuse": b"554 no", "late_defer": b"452 full", "closing_at_dot": b"421 bye"}


@dataclass
class ScriptedServer:
    """``kept`` are the contents of the mails it has taken responsibility for, by recipient."""

    offered: Extensions
    kept: dict[str, bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    closed: bool = False
    _read: bytes = b""
    _mail: bool = False
    _recipient: str = ""
    _content: bool = False
    _chunk: int | None = None
    _mood: str = ""

    def receive(self, data: bytes) -> bytes:
        """Its replies to what has come by now."""
        self._read += data
        replies = b""
        while not self.closed:
            reply = self._next()
            if reply is None:
                break
            replies += reply + b"\r\n" if reply else b""
            self.closed = reply.startswith(b"421")
        return replies

    def _next(self) -> bytes | None:
        if self._chunk is not None:
            return self._take_chunk(self._chunk)
        if self._content:
            return self._take_content()
        line, end, rest = self._read.partition(b"\r\n")
        if not end:
            return None
        self._read = rest
        return self._obey(line)

    def _obey(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"RSET":
            self._mail, self._recipient = False, ""
            return b"250 reset"
        if verb == b"MAIL":
            return self._begin(line)
        if verb == b"RCPT":
            return self._address(line)
        if verb == b"DATA":
            return self._go()
        if verb == b"BDAT":
            self._chunk = int(line.split()[1])
            return b""
        self.faults.append(f"unknown command {line!r}")
        return b"500 what"

    def _begin(self, line: bytes) -> bytes:
        if self._mail:
            self.faults.append("MAIL inside a transaction")
            return b"503 nested"
        self._mood = line.partition(b"<bounce+")[2].partition(b"@")[0].decode()
        reply = _AT_MAIL.get(self._mood, b"250-hello\r\n250 sender ok")
        self._mail = reply.startswith(b"250")
        return reply

    def _address(self, line: bytes) -> bytes:
        if not self._mail:
            return b"503 no MAIL"
        reply = _AT_RCPT.get(self._mood, b"250 recipient ok")
        if reply.startswith(b"250"):
            self._recipient = line.partition(b"<")[2].partition(b">")[0].decode()
        return reply

    def _go(self) -> bytes:
        if not self._recipient and self._mood != "go_anyway":
            return b"554 no valid recipients"
        reply = _AT_DATA.get(self._mood, b"354 go on")
        self._content = reply.startswith(b"354")
        return reply

    def _take_content(self) -> bytes | None:
        if self._read.startswith(b".\r\n"):
            content, rest = b"", self._read[3:]
        else:
            content, end, rest = self._read.partition(b"\r\n.\r\n")
            if not end:
                return None
            content += b"\r\n"
        self._read, self._content = rest, False
        return self._decide(content.replace(b"\r\n..", b"\r\n.").removeprefix(b".") if content else b"")

    def _take_chunk(self, size: int) -> bytes | None:
        if len(self._read) < size:
            return None
        content, self._read, self._chunk = self._read[:size], self._read[size:], None
        if not self._recipient:
            return b"554 no valid recipients"
        if self._mood in _AT_DATA:
            return _AT_DATA[self._mood]
        return self._decide(content)

    def _decide(self, content: bytes) -> bytes:
        recipient, self._recipient, self._mail = self._recipient, "", False
        if not recipient:
            return b"554 no valid recipients"
        reply = _AT_DOT.get(self._mood, b"250 2.0.0 queued as 7")
        if reply.startswith(b"250"):
            if recipient in self.kept:
                self.faults.append(f"{recipient} got two")
            self.kept[recipient] = content
        return reply
