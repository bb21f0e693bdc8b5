"""Quoted-printable (RFC 2045, 6.7) made so that pieces can be put together.

Every piece starts at the start of a line and, unless its text ends one, breaks its last line softly.
So what is the same in all mails of a mailing is encoded once, and only the values in between for each
recipient. No line starts with a dot or with ``From``, which some mail servers would change, and a
run of blanks never stands as it is, so that the canonical form of a DKIM signature is the text itself.
"""

import re

from markupsafe import escape

LONGEST = 75
"""Characters of a line, without the mark of a soft break."""

SOFT_BREAK = b"=\r\n"

_HARMLESS = re.compile(rb"(?!From )[!-\-/-<>-~][!-<>-~]*(?: [!-<>-~]+)*")
_HARMLESS_MARKUP = re.compile(rb"(?!From )[!#-%(-\-/-;?-~][!#-%(-;?-~]*(?: [!#-%(-;?-~]+)*")
_BLANKS = re.compile(rb"(?<= ) | $")
_START = re.compile(rb"^(?:\.|F(?=rom ))")
_CODED = [
    bytes([one]) if 32 <= one <= 126 and one != ord("=") else f"={one:02X}".encode() for one in range(256)
]


def value(text: str) -> bytes:
    """A value, which is mostly short and plain, as a piece that another follows."""
    data = text.encode()
    if len(data) <= LONGEST and _HARMLESS.fullmatch(data):
        return data + SOFT_BREAK
    return _quoted(data) + SOFT_BREAK


def markup(text: str) -> bytes:
    """A value that is to be escaped for HTML, as a piece that another follows."""
    data = text.encode()
    if len(data) <= LONGEST and _HARMLESS_MARKUP.fullmatch(data):
        return data + SOFT_BREAK
    return _quoted(escape(text).encode()) + SOFT_BREAK


def is_plain(text: str) -> bool:
    """Whether a value goes in as it is, into HTML too."""
    data = text.encode()
    return len(data) <= LONGEST and _HARMLESS_MARKUP.fullmatch(data) is not None


def piece(text: str) -> bytes:
    """What stands between two values. ``text`` may have any line ends; they become CRLF."""
    encoded = _quoted(text.encode())
    return encoded if not encoded or encoded.endswith(b"\r\n") else encoded + SOFT_BREAK


def _quoted(data: bytes) -> bytes:
    if b"\n" not in data and b"\r" not in data:
        return _line(data)
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return b"\r\n".join(map(_line, lines))


def _line(data: bytes) -> bytes:
    """One line of the text, which may take several on the wire."""
    if len(data) <= LONGEST and _HARMLESS.fullmatch(data):
        return data
    coded = _BLANKS.sub(b"=20", b"".join([_CODED[one] for one in data]))
    written: list[bytes] = []
    while coded:
        coded = _START.sub(_shielded, coded, count=1)
        end = len(coded)
        if end > LONGEST:
            end = LONGEST
            # Not within the three characters of a coded byte.
            end -= next((back for back in (1, 2) if coded[end - back : end - back + 1] == b"="), 0)
        written.append(coded[:end])
        coded = coded[end:]
    return SOFT_BREAK.join(written)


def _shielded(start: re.Match[bytes]) -> bytes:
    return b"=%02X" % start[0][0]
