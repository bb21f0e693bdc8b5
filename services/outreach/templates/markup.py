"""Reads HTML, and MJML, as a row of pieces: texts, tags with their attributes, comments, styles.

It goes through the source once, and changes nothing; a browser's leniency is its measure. What stands in
a conditional comment is read too, since Outlook reads it: ``<!--[if mso]> … <![endif]-->``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "tag", "end", "comment", "raw"]

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
CLOSED_BY_OTHERS = frozenset(
    {"p", "li", "tr", "td", "th", "tbody", "thead", "tfoot", "dt", "dd", "option", "colgroup"}
)
"""Elements whose end tag may be left out."""

_RAW = frozenset({"style", "script", "title", "textarea", "mj-style"})
_NAME = re.compile(r"[a-z][^\s/>]*", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s/>=][^\s/>=]*)(?:\s*=\s*(?P<value>"[^"]*"|'[^']*'|[^\s>]+))?""",
)
_BARE = re.compile(r"<(?P<end>/?)(?P<name>[a-z][^\s/>]*)>", re.IGNORECASE)
_SPACE = re.compile(r"[\s/]*")
_CONDITION = re.compile(r"<!--\[if[^\]]*\]>(?P<revealed><!-->|-->)?", re.IGNORECASE)
_END_OF_CONDITION = re.compile(r"<!\[endif\]-->", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Attribute:
    """``start`` and ``end`` enclose the value with its quotes; without a value they are equal."""

    name: str
    value: str
    start: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the source from ``start`` to ``end``. ``hidden``: only Outlook reads it.

    raw is what a style, script, title or textarea holds, ``name`` tells which.
    """

    kind: Kind
    start: int
    end: int
    name: str = ""
    attributes: tuple[Attribute, ...] = ()
    hidden: bool = False
    closed: bool = False

    def attribute(self, name: str) -> Attribute | None:
        return next((one for one in self.attributes if one.name == name), None)


def pieces(source: str) -> Iterator[Piece]:
    """The pieces of a source, without gaps."""
    at, hidden = 0, False
    while at < len(source):
        if source[at] != "<":
            end = source.find("<", at)
            piece = Piece("text", at, end if end >= 0 else len(source), hidden=hidden)
        else:
            piece = _piece(source, at, hidden)
        yield piece
        at = piece.end
        if piece.kind == "comment":
            hidden = _is_hidden(source, piece)
        elif piece.kind == "tag" and piece.name in _RAW and not piece.closed:
            end = _end_of_raw(source, at, piece.name)
            if end > at:
                yield Piece("raw", at, end, piece.name, hidden=hidden)
            at = end


def deepest(source_pieces: Iterable[Piece], *, xml: bool = False) -> int:
    """How deep elements are nested, at the most; what is never closed counts as going on.

    Only in ``xml`` a slash at its end closes a tag.
    """
    most = 0
    stack: list[str] = []
    for piece in source_pieces:
        if piece.hidden:
            continue
        if piece.kind == "tag" and piece.name not in VOID and not (xml and piece.closed):
            if stack and stack[-1] == piece.name and piece.name in CLOSED_BY_OTHERS:
                stack.pop()
            stack.append(piece.name)
            most = max(most, len(stack))
        elif piece.kind == "end":
            close(stack, piece.name)
    return most


def close(stack: list[str], name: str) -> bool:
    """Take the element that an end tag closes off the stack, if it is on top; whether it was."""
    depth = len(stack)
    while depth and stack[depth - 1] != name and stack[depth - 1] in CLOSED_BY_OTHERS:
        depth -= 1
    if not depth or stack[depth - 1] != name:
        return False
    del stack[depth - 1 :]
    return True


def _piece(source: str, at: int, hidden: bool) -> Piece:
    if bare := _BARE.match(source, at):
        kind: Kind = "end" if bare["end"] else "tag"
        return Piece(kind, at, bare.end(), bare["name"].lower(), hidden=hidden)
    following = source[at + 1 : at + 2]
    if following == "!":
        return _declaration(source, at, hidden)
    if following == "/" and _NAME.match(source, at + 2):
        name = _NAME.match(source, at + 2)
        return Piece("end", at, _after(source, ">", at), name[0].lower() if name else "", hidden=hidden)
    if _NAME.match(source, at + 1):
        return _tag(source, at, hidden)
    if following in {"?", "/"}:
        return Piece("comment", at, _after(source, ">", at), hidden=hidden)
    return Piece("text", at, at + 1, hidden=hidden)


def _declaration(source: str, at: int, hidden: bool) -> Piece:
    """A comment, the door of a conditional one, or a declaration."""
    if not hidden and (condition := _CONDITION.match(source, at)):
        return Piece("comment", at, condition.end(), name="if")
    if hidden and (end := _END_OF_CONDITION.match(source, at)):
        return Piece("comment", at, end.end(), name="endif", hidden=True)
    if source.startswith("<!--", at):
        short = next((one for one in ("<!-->", "<!--->") if source.startswith(one, at)), None)
        return Piece(
            "comment", at, at + len(short) if short else _after(source, "-->", at + 4), hidden=hidden
        )
    return Piece("comment", at, _after(source, ">", at), name="!", hidden=hidden)


def _is_hidden(source: str, comment: Piece) -> bool:
    if comment.name == "if":
        return not source.endswith("-->", comment.start, comment.end)
    return comment.hidden and comment.name != "endif"


def _tag(source: str, at: int, hidden: bool) -> Piece:
    name = _NAME.match(source, at + 1)
    place = name.end() if name else at + 1
    attributes = []
    while True:
        space = _SPACE.match(source, place)
        place = space.end() if space else place
        found = _ATTRIBUTE.match(source, place)
        if found is None:
            break
        value = found["value"] or ""
        quoted = value[:1] in {'"', "'"} and len(value) > 1
        start = found.start("value") if found["value"] else found.end()
        attributes.append(
            Attribute(
                found["name"].lower(), value[1:-1] if quoted else value, start, start + len(value), quoted
            )
        )
        place = found.end()
    closed = source.endswith("/", at, place)
    end = place + 1 if source.startswith(">", place) else len(source)
    tag = name[0].lower() if name else ""
    return Piece("tag", at, end, tag, tuple(attributes), hidden=hidden, closed=closed)


def _end_of_raw(source: str, at: int, name: str) -> int:
    found = re.compile(rf"</{name}\b", re.IGNORECASE).search(source, at)
    return found.start() if found else len(source)


def _after(source: str, sign: str, at: int) -> int:
    found = source.find(sign, at)
    return found + len(sign) if found >= 0 else len(source)
