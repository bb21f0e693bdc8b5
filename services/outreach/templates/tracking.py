"""The links of a template: found once, checked, and each replaced by a field that names it.

Expressions of the template language are masked first, so that they cannot be mistaken for HTML.
A link may carry fields in its path or query, but never in its host: that is what keeps the
redirect closed to addresses that nobody wrote into the template.
"""

import html as markup
import re
from dataclasses import dataclass
from html.parser import HTMLParser

MOST_LINKS = 200

_EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_MASK = re.compile("\ue000(\\d+)\ue001")
_TAG = re.compile(r"""<(?P<tag>[a-z][a-z0-9]*)(?P<rest>(?:"[^"]*"|'[^']*'|[^<>"'])*)>""", re.IGNORECASE)
_ADDRESS = re.compile(
    r"""(?P<head>(?<![\w-])(?P<name>href|src|action|background|formaction)\s*=\s*)"""
    r"""(?P<value>"[^"]*"|'[^']*'|[^\s"'<>]+)""",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"""\"[^"]*\"|'[^']*'""")
_UNQUOTED_FIELD = re.compile("=\\s*\ue000")
_TEXT_LINK = re.compile(r"""https?://[^\s<>"'()\[\]]+""", re.IGNORECASE)
_WHOLE = re.compile(r"https?://[^/?#\s\ue000\\]+(?:[/?#]|$)", re.IGNORECASE)
_OWN = re.compile(r"\{\{-?\s*(?:unsubscribe_url|form_url)\s*-?\}\}")
_HARMLESS = ("mailto:", "tel:", "sms:", "#", "cid:", "data:image/")
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCKS = _HEADINGS | {"p", "div", "br", "tr", "table", "ul", "ol", "li", "hr", "blockquote"}
_SILENT = {"style", "script", "head", "title"}


@dataclass(frozen=True)
class Masked:
    """A source whose expressions are replaced by marks."""

    text: str
    expressions: list[str]

    @classmethod
    def of(cls, source: str) -> "Masked":
        expressions: list[str] = []

        def mask(match: re.Match[str]) -> str:
            expressions.append(match[0])
            return f"\ue000{len(expressions) - 1}\ue001"

        return cls(_EXPRESSION.sub(mask, re.sub("[\ue000\ue001]", "", source)), expressions)

    def restore(self, text: str) -> str:
        """``text`` with its marks replaced by the expressions they stand for."""
        return _MASK.sub(lambda match: self.expressions[int(match[1])], text)


@dataclass(frozen=True)
class Tracked:
    """Sources in which link number n reads ``{{ link_n }}``; ``links`` holds what it leads to."""

    html: str
    text: str
    links: list[str]


def track(html: str, text: str) -> Tracked:
    """Number the links of both parts; the same address has the same number in both."""
    numbers: dict[str, int] = {}

    def field(url: str) -> str:
        return f"{{{{ link_{numbers.setdefault(url, len(numbers))} }}}}"

    masked_html, masked_text = Masked.of(html), Masked.of(text)

    def in_tag(tag: re.Match[str]) -> str:
        return _ADDRESS.sub(in_attribute, tag[0]) if tag["tag"].lower() in {"a", "area"} else tag[0]

    def in_attribute(match: re.Match[str]) -> str:
        url = markup.unescape(_bare(match["value"]))
        if match["name"].lower() != "href" or not _WHOLE.match(url):
            return match[0]
        return f'{match["head"]}"{field(masked_html.restore(url))}"'

    def in_text(match: re.Match[str]) -> str:
        url = match[0].rstrip(".,;:!?")
        return field(masked_text.restore(url)) + match[0][len(url) :] if _WHOLE.match(url) else match[0]

    tracked_html = masked_html.restore(_TAG.sub(in_tag, masked_html.text))
    tracked_text = masked_text.restore(_TEXT_LINK.sub(in_text, masked_text.text))
    return Tracked(tracked_html, tracked_text, list(numbers))


def problems_of_html(html: str) -> list[str]:
    """Why the links of an HTML source cannot be accepted; empty when they can."""
    masked = Masked.of(html)
    reasons = []
    for match in (found for tag in _TAG.finditer(masked.text) for found in _ADDRESS.finditer(tag[0])):
        url = markup.unescape(_bare(match["value"]))
        shown = masked.restore(url)
        if not (_WHOLE.match(url) or url.lower().startswith(_HARMLESS) or _OWN.fullmatch(shown)):
            reasons.append(f"the link {shown[:80]!r} is not a whole http or https address with a fixed host")
    bare_tags = (_QUOTED.sub("", tag[0]) for tag in _TAG.finditer(masked.text))
    if any(_UNQUOTED_FIELD.search(tag) for tag in bare_tags):
        reasons.append("a field in an attribute needs quotes around it")
    if len(track(html, "").links) > MOST_LINKS:
        reasons.append(f"there are more than {MOST_LINKS} links")
    return reasons


def problems_of_text(text: str) -> list[str]:
    """Why the links of a plain text source cannot be accepted; empty when they can."""
    masked = Masked.of(text)
    wrong = [match[0] for match in _TEXT_LINK.finditer(masked.text) if not _WHOLE.match(match[0])]
    return [f"the link {masked.restore(url)[:80]!r} has no fixed host" for url in wrong]


def plain_text(html: str) -> str:
    """A readable text part made from an HTML source; fields and conditions stay in place."""
    masked = Masked.of(html)
    reader = _Reader()
    reader.feed(masked.text)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.pieces).splitlines()]
    return masked.restore(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n")


def _bare(value: str) -> str:
    return value[1:-1].strip() if value[:1] in {'"', "'"} else value.strip()


class _Reader(HTMLParser):
    """Collects the text of a page, with the address after each link."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.pieces.append("\n- " if tag == "li" else "\n")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.pieces)))
        elif tag == "img" and (alt := dict(attrs).get("alt")):
            self.pieces.append(alt)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _HEADINGS | {"p", "table", "ul", "ol"}:
            self.pieces.append("\n\n")
        elif tag == "a" and self._links:
            address, start = self._links.pop()
            label = "".join(self.pieces[start:]).strip()
            if address and address != label and not address.startswith("#"):
                self.pieces.append(f" <{address.removeprefix('mailto:')}>" if label else address)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(data.replace("\n", " "))
