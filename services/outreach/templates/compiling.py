"""Makes of a content what its copies are written with: HTML of MJML, styles inlined, a text part, links.

Every link to the web is given a number, the same in all languages of a version, and every value is sent
through the filter that the place where it stands needs. What is compiled is known to be without errors.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import unescape

from services.outreach.opens.pixel import with_pixel
from services.outreach.templates import inlining, mjml
from services.outreach.templates.addresses import TEXT_LINK, end_of_text_link, is_own, is_web
from services.outreach.templates.content import Content
from services.outreach.templates.expressions import Masked
from services.outreach.templates.markup import Attribute, Piece, pieces
from services.outreach.templates.page_rules import ADDRESSES
from services.outreach.templates.plain import plain_text
from services.outreach.templates.source import Source, folded

MOST_LINKS = 200
"""Tracked links of all languages together."""

TRACKED_CHANNELS = frozenset({"email", "sms", "chat"})
"""Where a link can be followed by a touch; what is printed keeps its addresses readable."""

_TRACKED_TAGS = frozenset({"a", "area", "v:roundrect", "v:rect", "v:oval", "v:shape"})


@dataclass
class Numbers:
    """The links of a version; ``used`` are those of the content that is being compiled."""

    links: dict[str, int] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)

    def field(self, url: str) -> str:
        """The field that stands for a link."""
        number = self.links.setdefault(url, len(self.links))
        self.used.add(number)
        return f"{{{{ link_{number} }}}}"


@dataclass
class _Both:
    """A source twice: with the links as they were written, and with the fields that stand for them."""

    plain: list[str] = field(default_factory=list)
    tracked: list[str] = field(default_factory=list)

    def add(self, text: str, tracked: str | None = None) -> None:
        self.plain.append(text)
        self.tracked.append(text if tracked is None else tracked)


def compile_source(source: Source, *, channel: str, numbers: Numbers) -> Content:
    """One content. Raises mjml.Unreadable where its MJML cannot be made HTML after all."""
    numbers.used = set()
    number = numbers.field if channel in TRACKED_CHANNELS else None
    page = page_of(source, channel=channel)
    text = source.text or (plain_text(page) if page.text else "")
    html = _compiled_page(page, number)
    words = _compiled_text(Masked.of(text), number, through="in_chat" if channel == "chat" else "")
    return Content(
        language=folded(source.language),
        subject=source.subject,
        html="".join(html.plain),
        text="".join(words.plain),
        tracked_html=_watched("".join(html.tracked), channel),
        tracked_text="".join(words.tracked),
        link_numbers=tuple(sorted(numbers.used)),
        attachments=source.attachments,
    )


def page_of(source: Source, *, channel: str) -> Masked:
    """The HTML of a content with its styles inlined, masked; empty where it has no page."""
    if source.mjml:
        masked = Masked.of(source.mjml)
        html = mjml.html_of(masked, language=source.language)
        return Masked(html, masked.expressions, masked.prefix)
    masked = Masked.of(source.html)
    if channel != "email":
        return masked
    return Masked(inlining.inlined(masked), masked.expressions, masked.prefix)


def _watched(html: str, channel: str) -> str:
    return with_pixel(html) if channel == "email" and html else html


def _compiled_page(page: Masked, number: Callable[[str], str] | None) -> _Both:
    both, at = _Both(), 0
    for piece in pieces(page.text):
        for one in _changed(piece):
            plain, tracked = _address(piece, one, page, number)
            both.add(page.restore(page.text[at : one.start]))
            both.add(plain, tracked)
            at = one.end
    both.add(page.restore(page.text[at:]))
    return both


def _changed(piece: Piece) -> Iterable[Attribute]:
    return (one for one in piece.attributes if one.name in ADDRESSES and one.value)


def _address(
    piece: Piece, one: Attribute, page: Masked, number: Callable[[str], str] | None
) -> tuple[str, str]:
    """The value of an attribute with its quotes, as written and tracked."""
    url = unescape(one.value).strip()
    if is_own(url, page):
        own = f'"{page.restore(one.value.strip())}"'
        return own, own
    written = page.text[one.start : one.end]
    plain = f'"{page.restore(_requoted(one), through="in_url")}"' if page.holds(written) else written
    if number is None or one.name != "href" or piece.name not in _TRACKED_TAGS or not is_web(url, page):
        return plain, plain
    return plain, f'"{number(page.restore(url, through="in_url"))}"'


def _requoted(one: Attribute) -> str:
    """A value as it can stand between double quotes; its marks are no concern of this."""
    return one.value.replace('"', "&quot;")


def _compiled_text(text: Masked, number: Callable[[str], str] | None, *, through: str) -> _Both:
    both, at = _Both(), 0
    for match in TEXT_LINK.finditer(text.text):
        url = match[0][: end_of_text_link(match[0])]
        if not is_web(url, text):
            continue
        both.add(text.restore(text.text[at : match.start()], through=through))
        address = text.restore(url, through="in_url")
        both.add(address, number(address) if number else None)
        at = match.start() + len(url)
    both.add(text.restore(text.text[at:], through=through))
    return both
