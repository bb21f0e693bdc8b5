"""The text of a part, whatever charset or markup it is in."""

import contextlib
import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from html.parser import HTMLParser

_BLOCKS = frozenset(["p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "td", "table", "pre"])
_SILENT = frozenset(["style", "script", "title"])
_ESCAPED = "\x1b$"
"""What a text in ISO-2022-JP is seen by."""


def text_of(part: Message) -> str:
    """The text of a part by the charset that it names or, failing that, by one that fits."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    named = part.get_content_charset() or ""
    guesses = ["iso-2022-jp"] if _ESCAPED.encode() in payload else []
    if named not in {"", "us-ascii", "ascii"}:
        guesses.insert(0, named)
    for charset in (*guesses, "utf-8", "latin-1"):
        try:
            text = payload.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return ""


def header_text(value: object) -> str:
    """A header's value on one line, its encoded words (RFC 2047) decoded; empty for None."""
    if value is None:
        return ""
    text = str(value)
    with contextlib.suppress(HeaderParseError, LookupError, ValueError):
        text = str(make_header(decode_header(text)))
    return " ".join(sound(unescaped(text)).split())


def unescaped(text: str) -> str:
    """A text that may be raw ISO-2022-JP, as some reports have it in their fields."""
    if _ESCAPED not in text:
        return text
    return text.encode("ascii", "ignore").decode("iso-2022-jp", "replace")


def readable(page: str) -> str:
    """The words of an HTML page, a line for each block."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return re.sub(r"\n\s*\n+", "\n\n", "".join(reader.words)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _SILENT:
            self._silent += 1
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.words.append("\n")


def sound(text: str) -> str:
    """A text that any database takes: no NUL, and nothing that is half a character."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
