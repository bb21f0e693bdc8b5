"""Reading the replies of a mail server (RFC 5321, 4.2), however they come cut into pieces.

A server may say anything, so there are limits: a line, and the lines of one reply, only get so long.
"""

from typing import NamedTuple

LONGEST_LINE = 4096
"""RFC 5321 allows 512 bytes; many servers say more."""

MOST_LINES = 200
LONGEST_TEXT = 500


class Gibberish(ValueError):
    """What came is no reply, or is longer than any reply should be."""


_CODES = {b"%d" % code: code for code in range(200, 600)}
_LAST_OF_REPLY = {b" ", b"\r", b""}


class Reply(NamedTuple):
    """A whole reply: its code, and the text of its lines without the codes."""

    code: int
    lines: tuple[bytes, ...]

    @property
    def text(self) -> str:
        """The code and all lines as one, cut to what is kept of an answer."""
        words = b" ".join(self.lines).decode("utf-8", "replace")
        return f"{self.code} {words}".rstrip()[:LONGEST_TEXT]

    @property
    def positive(self) -> bool:
        return 200 <= self.code < 300

    @property
    def temporary(self) -> bool:
        return 400 <= self.code < 500

    @property
    def permanent(self) -> bool:
        return 500 <= self.code < 600


class ReplyReader:
    """Puts replies together from what the socket gives."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[bytes] = []

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that are whole now. Raises Gibberish; nothing can be read after that."""
        pieces = (self._rest + data).split(b"\n")
        self._rest = pieces.pop()
        if len(self._rest) > LONGEST_LINE:
            raise Gibberish("the server sent a line without an end")
        found: list[Reply] = []
        for line in pieces:
            code, mark = _CODES.get(line[:3]), line[3:4]
            if code is None or (mark != b"-" and mark not in _LAST_OF_REPLY):
                raise Gibberish(f"the server sent {line[:80].decode('utf-8', 'replace')!r}")
            text = line[4:LONGEST_LINE].rstrip(b"\r")
            if mark == b"-":
                self._lines.append(text)
                if len(self._lines) > MOST_LINES:
                    raise Gibberish("the server sent a reply of too many lines")
            elif self._lines:
                found.append(Reply(code, (*self._lines, text)))
                self._lines = []
            else:
                found.append(Reply(code, (text,)))
        return found
