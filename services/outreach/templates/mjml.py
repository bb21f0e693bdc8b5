"""MJML: whether a source keeps to its grammar, with the line where it does not, and the HTML made of it.

mrml says little about what it does not like, and nothing about elements that it does not know; so the
grammar is checked here first. https://documentation.mjml.io
"""

import re
from collections.abc import Iterator

import mrml

from chassis.logs import get_logger
from services.outreach.templates.expressions import Masked
from services.outreach.templates.findings import Finding, error
from services.outreach.templates.markup import VOID, Piece, pieces
from services.outreach.templates.shelter import Shelter

log = get_logger(__name__)

_CONTENT = frozenset(
    {
        "mj-accordion",
        "mj-button",
        "mj-carousel",
        "mj-divider",
        "mj-image",
        "mj-navbar",
        "mj-raw",
        "mj-social",
        "mj-spacer",
        "mj-table",
        "mj-text",
    }
)
_GRAMMAR = {
    "": frozenset({"mjml"}),
    "mjml": frozenset({"mj-head", "mj-body"}),
    "mj-head": frozenset(
        {
            "mj-attributes",
            "mj-breakpoint",
            "mj-font",
            "mj-html-attributes",
            "mj-preview",
            "mj-raw",
            "mj-style",
            "mj-title",
        }
    ),
    "mj-body": frozenset({"mj-wrapper", "mj-section", "mj-hero", "mj-raw"}),
    "mj-wrapper": frozenset({"mj-section", "mj-hero", "mj-raw"}),
    "mj-section": frozenset({"mj-column", "mj-group", "mj-raw"}),
    "mj-group": frozenset({"mj-column", "mj-raw"}),
    "mj-column": _CONTENT,
    "mj-hero": _CONTENT,
    "mj-social": frozenset({"mj-social-element"}),
    "mj-navbar": frozenset({"mj-navbar-link"}),
    "mj-accordion": frozenset({"mj-accordion-element"}),
    "mj-accordion-element": frozenset({"mj-accordion-title", "mj-accordion-text"}),
    "mj-carousel": frozenset({"mj-carousel-image"}),
}
"""Which elements of MJML may stand in which."""

_PAGES = frozenset(
    {"mj-accordion-text", "mj-accordion-title", "mj-button", "mj-navbar-link", "mj-preview", "mj-raw"}
    | {"mj-social-element", "mj-style", "mj-table", "mj-text", "mj-title"}
)
"""What holds HTML or plain text."""

_FREE = frozenset({"mj-attributes", "mj-html-attributes"})
_POSITION = re.compile(r" at position (\d+):\d+")


class Unreadable(ValueError):
    """mrml cannot make HTML of a source. ``line`` is 0 where it does not say where."""

    def __init__(self, why: str, line: int) -> None:
        super().__init__(why)
        self.line = line


def problems_of_mjml(masked: Masked) -> Iterator[Finding]:
    """Where a source does not keep to the grammar; the first fault of nesting ends the search."""
    stack: list[tuple[str, int]] = []
    seen: set[str] = set()
    following = 1
    for piece in pieces(masked.text):
        line, following = following, following + masked.lines(masked.text[piece.start : piece.end])
        if piece.kind not in {"tag", "end"} or not _is_mjml(piece, stack):
            continue
        if piece.kind == "end":
            if not stack or stack[-1][0] != piece.name:
                expected = f"</{stack[-1][0]}> of line {stack[-1][1]}" if stack else "nothing"
                yield error("mjml", "mjml", f"</{piece.name}> stands where {expected} ends", line=line)
                return
            stack.pop()
            continue
        seen.add(piece.name)
        yield from _misplaced(piece, stack[-1][0] if stack else "", line)
        if not piece.closed and piece.name not in VOID:
            stack.append((piece.name, line))
    if stack:
        yield error("mjml", "mjml", f"<{stack[-1][0]}> is never closed", line=stack[-1][1])
    elif "mj-body" not in seen:
        yield error("mjml", "mjml", "there is no <mj-body> in <mjml>")


def html_of(masked: Masked, *, language: str) -> str:
    """The HTML of a source that keeps to the grammar, still masked. Raises Unreadable."""
    shelter = Shelter(masked)
    options = mrml.ParserOptions(include_loader=mrml.noop_loader())
    try:
        made = mrml.to_html(shelter.text, options, mrml.RenderOptions(fonts={}))
    except (OSError, ValueError) as problem:
        raise _unreadable(masked, str(problem)) from problem
    except BaseException as problem:
        # A panic in Rust comes as an exception that no module exports.
        if type(problem).__name__ == "PanicException":
            log.warning("mjml_panic", problem=str(problem)[:500])
            raise Unreadable("it cannot be made HTML", 0) from problem
        raise
    return shelter.lift(made.content.replace('lang="und"', f'lang="{language}"'))


def _is_mjml(piece: Piece, stack: list[tuple[str, int]]) -> bool:
    """Whether the grammar has a say: it has none about the HTML inside an element."""
    parent = stack[-1][0] if stack else ""
    if parent in _PAGES:
        return piece.name.startswith("mj")
    return parent not in _FREE or (piece.kind == "end" and piece.name == parent)


def _misplaced(piece: Piece, parent: str, line: int) -> Iterator[Finding]:
    allowed = _GRAMMAR.get(parent, frozenset())
    if piece.name in allowed:
        return
    place = f"in <{parent}>" if parent else "at the top"
    possible = f"; there can be {', '.join(f'<{name}>' for name in sorted(allowed))}" if allowed else ""
    yield error("mjml", "mjml", f"<{piece.name}> cannot stand {place}{possible}", line=line)


def _unreadable(masked: Masked, problem: str) -> Unreadable:
    found = _POSITION.search(problem)
    why = _POSITION.sub("", problem).removesuffix(" in root template")
    return Unreadable(f"it cannot be read: {why}", masked.line(int(found[1])) if found else 0)
