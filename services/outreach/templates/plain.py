"""A readable text part made from a page: what is hidden is left out, and links show where they lead."""

import re
from html import unescape

from services.outreach.templates.expressions import Masked
from services.outreach.templates.markup import CLOSED_BY_OTHERS, VOID, Piece, pieces

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCKS = _HEADINGS | {"p", "div", "br", "tr", "table", "ul", "ol", "li", "hr", "blockquote"}
_SILENT = {"head", "title", "noscript", "svg"}
_UNSEEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u034f\ufeff"))


def plain_text(masked: Masked) -> str:
    """The text of a page; its fields and conditions stay in place."""
    reader = _Reader()
    for piece in pieces(masked.text):
        if not piece.hidden:
            reader.read(piece, masked.text[piece.start : piece.end])
    lines = [" ".join(line.split()) for line in "".join(reader.words).splitlines()]
    return masked.restore(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n")


class _Reader:
    """Collects the words of a page, with the address after each link."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._silent: list[str] = []
        self._links: list[tuple[str, int]] = []

    def read(self, piece: Piece, source: str) -> None:
        """Take in the next piece."""
        if piece.kind == "tag":
            self._begin(piece)
        elif piece.kind == "end":
            self._end(piece.name)
        elif piece.kind == "text" and not self._silent:
            self.words.append(unescape(source).replace("\n", " ").translate(_INVISIBLE))

    def _begin(self, tag: Piece) -> None:
        given = {one.name: unescape(one.value) for one in reversed(tag.attributes)}
        if self._silent or tag.name in _SILENT or _UNSEEN.search(given.get("style", "")):
            if tag.name not in VOID | CLOSED_BY_OTHERS or not self._silent:
                self._silent += [tag.name] if tag.name not in VOID else []
        elif tag.name in _BLOCKS:
            self.words.append("\n- " if tag.name == "li" else "\n")
        elif tag.name == "a":
            self._links.append((given.get("href", "").strip(), len(self.words)))
        elif tag.name == "img" and given.get("alt"):
            self.words.append(given["alt"])

    def _end(self, name: str) -> None:
        if self._silent:
            if name in self._silent:
                while self._silent.pop() != name:
                    pass
        elif name in _HEADINGS | {"p", "table", "ul", "ol"}:
            self.words.append("\n\n")
        elif name in {"td", "th"}:
            self.words.append(" ")
        elif name == "a" and self._links:
            self._end_of_link(*self._links.pop())

    def _end_of_link(self, address: str, start: int) -> None:
        label = "".join(self.words[start:]).strip()
        if address and address != label and not address.startswith("#"):
            self.words.append(f" <{address.removeprefix('mailto:')}>" if label else address)
