"""What a letter says, as blocks that can be set: paragraphs, headings and list items.

A block is a kind and its runs, and a run ``[style, text]``; the style is any of b, i, u and s together.
Of HTML the simple part counts (p, h1 to h3, lists, br, b, i, u, sup and links, whose address is printed
behind them); other tags are left out and their text stays. Scripts, styles and pictures are left out whole.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

Run = list[str]
Block = tuple[str, list[Run]]
"""A kind (p, h1, h2, h3, ul, ol, hr, qr) and its runs."""

_STYLES = {"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "sup": "s"}
_HEADINGS = {"h1": "h1", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
_BLOCKS = frozenset({"p", "div", "table", "tr", "td", "th", "blockquote", "section", "article", "ul", "ol"})
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript"})
_EMPTY_LINES = re.compile(r"\n[ \t]*\n\s*")
_BLANKS = re.compile(r"[ \t\r\n]+")


def of_text(text: str) -> list[Block]:
    """Paragraphs are parted by empty lines; other line breaks stay."""
    whole = text.replace("\r\n", "\n").strip()
    return [("p", [["", part.strip()]]) for part in _EMPTY_LINES.split(whole) if part.strip()]


def of_html(html: str) -> list[Block]:
    """The blocks of a page or a fragment of one."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    return reader.blocks


def plain(block: Block) -> str:
    """The text of a block."""
    return "".join(text for _, text in block[1])


class _Reader(HTMLParser):
    """Gathers runs until a block ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._runs: list[Run] = []
        self._kind = "p"
        self._open: list[str] = []
        self._lists: list[str] = []
        self._links: list[tuple[str, int]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _HEADINGS:
            self.end_block(_HEADINGS[tag])
        elif tag == "li":
            self.end_block(self._lists[-1] if self._lists else "ul")
        elif tag in _BLOCKS:
            self.end_block()
            if tag in {"ul", "ol"}:
                self._lists.append(tag)
        elif tag == "hr":
            self.end_block()
            self.blocks.append(("hr", []))
        elif tag == "br":
            self._add("\n")
        elif tag in _STYLES:
            self._open.append(_STYLES[tag])
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self._runs)))
            self._runs.append([self._style, ""])

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _HEADINGS or tag in _BLOCKS or tag == "li":
            self.end_block()
            if tag in {"ul", "ol"} and self._lists:
                self._lists.pop()
        elif tag in _STYLES and _STYLES[tag] in self._open:
            self._open.remove(_STYLES[tag])
        elif tag == "a" and self._links:
            self._end_link(*self._links.pop())

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._add(_BLANKS.sub(" ", data))

    def end_block(self, kind: str = "p") -> None:
        """Close the block at hand; the next one is of ``kind``."""
        runs = list(_trimmed(self._runs))
        if runs:
            self.blocks.append((self._kind, runs))
        self._runs, self._kind = [], kind

    def _add(self, text: str) -> None:
        if self._runs and self._runs[-1][0] == self._style:
            self._runs[-1][1] += text
        else:
            self._runs.append([self._style, text])

    @property
    def _style(self) -> str:
        return "".join(sorted(set(self._open)))

    def _end_link(self, address: str, start: int) -> None:
        label = "".join(text for _, text in self._runs[start:]).strip()
        shown = address.removeprefix("mailto:").removeprefix("tel:")
        if shown and not address.startswith("#") and shown not in label:
            self._add(f" ({shown})" if label else shown)


def _trimmed(runs: list[Run]) -> Iterator[Run]:
    """The runs of a block without blanks at its ends, beside a line break, or twice; equals are joined."""
    kept: list[Run] = []
    for style, text in runs:
        words = re.sub(r" *\n *", "\n", text)
        if not kept or kept[-1][1].endswith((" ", "\n")):
            words = words.lstrip(" \n" if not kept else " ")
        if words and kept and kept[-1][0] == style:
            kept[-1][1] += words
        elif words:
            kept.append([style, words])
    while kept and not kept[-1][1].strip():
        kept.pop()
    if kept:
        kept[-1][1] = kept[-1][1].rstrip()
    yield from kept
