"""The rules for a page, be it HTML or MJML: where fields may stand, where links lead, what mail can show."""

from collections.abc import Iterable, Iterator, Sequence
from html import unescape

from services.outreach.templates.addresses import problems_of_address
from services.outreach.templates.expressions import Masked, keyword
from services.outreach.templates.findings import Finding, error, warning
from services.outreach.templates.markup import (
    CLOSED_BY_OTHERS,
    VOID,
    Attribute,
    Piece,
    close,
    deepest,
    pieces,
)

DEEPEST = 300
"""How deep elements may be nested; parsers in C have been seen to fall at some thousands."""

MOST_TAGS = 20_000
"""A mail of 100 kB has two thousand; while many more are looked through, the service answers nobody."""

ADDRESSES = frozenset({"href", "src", "action", "background", "background-url", "formaction", "poster"})
"""The attributes that hold an address."""

LETTER_TAGS = frozenset(
    {"p", "br", "hr", "b", "strong", "i", "em", "u", "sup", "a", "ul", "ol", "li", "div", "blockquote"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "table", "tbody", "tr", "td", "th", "span"}
)
"""What a letter or a fax can show."""

_AROUND = frozenset({"html", "head", "body", "title", "meta"})

_WORDS_OF_MJML = frozenset({"href", "src", "alt", "title", "name", "background-url"})
"""The attributes of MJML that do not end up in a style."""

_NOT_IN_MAIL = frozenset({"form", "iframe", "object", "embed", "video", "audio", "canvas", "svg"})
_IMAGES = frozenset({"img", "mj-image", "mj-carousel-image"})


def problems_of_page(masked: Masked, *, field: str, channel: str) -> Iterator[Finding]:
    """What is wrong with a page. Its expressions are known to be without faults."""
    found = list(pieces(masked.text))
    if sum(piece.kind == "tag" for piece in found) > MOST_TAGS:
        yield error(field, "many_tags", f"there are more than {MOST_TAGS} tags")
        return
    if deepest(found, xml=field == "mjml") > DEEPEST:
        yield error(field, "too_deep", f"elements are nested more than {DEEPEST} deep")
        return
    line = 1
    for piece in found:
        yield from _contexts(piece, masked, field=field, line=line)
        if piece.kind == "tag":
            yield from _addresses(piece, masked, field=field, line=line)
            rules = _in_mail(piece, field, line) if channel == "email" else _in_letter(piece, field, line)
            yield from rules
        elif piece.kind == "raw" and "@import" in masked.text[piece.start : piece.end]:
            yield warning(field, "foreign_style", "@import: mail programs load no style sheets", line=line)
        line += masked.lines(masked.text[piece.start : piece.end])
    yield from _torn(found, masked, field=field)


def _contexts(piece: Piece, masked: Masked, *, field: str, line: int) -> Iterator[Finding]:
    """Where an expression stands whose value could not be escaped for that place."""
    if piece.kind == "raw" and piece.name in {"style", "script", "mj-style"}:
        if masked.holds(masked.text[piece.start : piece.end]):
            why = f"fields and conditions cannot stand inside <{piece.name}>"
            yield error(field, "field_in_style", why, line=line)
    elif piece.kind == "tag":
        text, at = masked.text, piece.start
        outside = ""
        for one in piece.attributes:
            yield from _in_attribute(piece, one, masked, field=field, line=line)
            outside += text[at : one.start]
            at = one.end
        if masked.holds(outside + text[at : piece.end]):
            why = "inside a tag, fields and conditions belong into a quoted value of an attribute"
            yield error(field, "field_in_tag", why, line=line)


def _in_attribute(
    piece: Piece, one: Attribute, masked: Masked, *, field: str, line: int
) -> Iterator[Finding]:
    if one.name.startswith("on"):
        yield error(field, "script", f"{one.name}: scripts do not run in a mail", line=line)
    if not masked.holds(one.value):
        return
    if not one.quoted:
        yield error(field, "field_unquoted", "a field in an attribute needs quotes around it", line=line)
    becomes_style = piece.name.startswith("mj") and one.name not in _WORDS_OF_MJML
    if becomes_style or one.name in {"style", "srcdoc", "srcset"}:
        why = f"fields and conditions cannot stand in the attribute {one.name}"
        yield error(field, "field_in_style", why, line=line)


def _addresses(piece: Piece, masked: Masked, *, field: str, line: int) -> Iterator[Finding]:
    for one in piece.attributes:
        if one.name in ADDRESSES and not (piece.name == "link" and piece.attribute("rel")):
            url = unescape(one.value).strip()
            if one.name == "background" and not url.lower().startswith(("http", "data:")):
                continue
            yield from problems_of_address(url, masked, field=field, line=line)


def _in_mail(piece: Piece, field: str, line: int) -> Iterator[Finding]:
    if piece.name in _IMAGES and piece.attribute("alt") is None:
        why = 'an image needs a text in its place: alt="…", or alt="" where it says nothing'
        yield warning(field, "no_alt", why, line=line)
    elif piece.name == "script":
        yield error(field, "script", "scripts do not run in a mail", line=line)
    elif piece.name in _NOT_IN_MAIL:
        yield warning(field, "not_in_mail", f"most mail programs do not show <{piece.name}>", line=line)
    elif piece.name == "link" and "stylesheet" in (rel.value if (rel := piece.attribute("rel")) else ""):
        yield warning(field, "foreign_style", "mail programs load no style sheets", line=line)


def _in_letter(piece: Piece, field: str, line: int) -> Iterator[Finding]:
    if piece.name == "script":
        yield error(field, "script", "scripts do not run in a letter", line=line)
    elif piece.name not in LETTER_TAGS | _AROUND:
        why = f"a letter cannot show <{piece.name}>; only text inside it is printed"
        yield warning(field, "not_in_letter", why, line=line)


def _torn(found: Sequence[Piece], masked: Masked, *, field: str) -> Iterator[Finding]:
    """Conditions whose branches open what they do not close: parsers on the way would close it for them."""
    parsed = field == "mjml" or has_styles(found)
    stack: list[str] = []
    floors: list[int] = []
    for piece in found if parsed else ():
        if piece.kind == "tag" and piece.name not in VOID | CLOSED_BY_OTHERS and not piece.closed:
            stack.append(piece.name)
        elif piece.kind == "end" and piece.name not in CLOSED_BY_OTHERS:
            close(stack, piece.name)
        elif piece.kind == "text":
            for expression in masked.inside(masked.text[piece.start : piece.end]):
                if _tears(keyword(expression), len(stack), floors):
                    why = "an element is opened in one branch of a condition and closed elsewhere"
                    yield error(field, "torn", why, line=masked.line(piece.start))
                    return


def _tears(word: str, depth: int, floors: list[int]) -> bool:
    """Whether a branch ends at another depth than it began at; ``floors`` are those of open conditions."""
    if word == "if":
        floors.append(depth)
    elif word in {"elif", "else"}:
        return bool(floors) and floors[-1] != depth
    elif word == "endif":
        return bool(floors) and floors.pop() != depth
    return False


def has_styles(found: Iterable[Piece]) -> bool:
    """Whether a page has style rules that are to be written into its elements."""
    return any(piece.kind == "raw" and piece.name == "style" and not piece.hidden for piece in found)
