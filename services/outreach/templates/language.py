"""The template language: fields, a few filters, and ``if``. Nothing in it can loop, call or look inside.

A template is checked when it is saved, so that a mailing cannot stumble over it later. The sandbox of
jinja2 stands behind the check as a second wall.

A value is escaped for the place where it stands: by the environment in HTML, by the filter ``in_url`` in
an address and ``in_chat`` in a chat message, which the compiler puts in; nobody writes those.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

FIELDS = (
    "given_name",
    "family_name",
    "full_name",
    "company",
    "email",
    "region",
    "language",
    "campaign_name",
    "campaign_code",
)
"""What a template may say about the contact and the campaign; an unknown value is an empty text."""

ALWAYS_THERE = frozenset({"campaign_name", "campaign_code"})
"""The fields that are never empty."""

OWN_LINKS = ("unsubscribe_url", "preferences_url", "form_url", "personal_url")
"""The links of ours that a template may carry; ``unsubscribe_url`` an email must.

``personal_url`` leads to the campaign's hosted form, ``{{ personal_url }}/code`` to the one of that code.
"""

FILTERS = ("capitalize", "d", "default", "e", "escape", "length", "lower", "striptags", "title", "trim") + (
    "truncate",
    "upper",
    "urlencode",
)

RENDER_ERRORS = (TemplateError, TypeError, ValueError, LookupError, AttributeError)
"""What rendering one recipient's copy may raise."""

_SYNTAX = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.Filter,
    nodes.Keyword,
    nodes.Test,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Concat,
)
_DEEPEST = 40
_RAW = re.compile(r"\{%[-+]?\s*raw\b")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
_CALLING = re.compile(r"(?<!\w)([@#<])(?=[\w!@#&])|(\])(?=\()")
_LINKS_REMEMBERED = 512


@dataclass(frozen=True)
class Rendered:
    """A copy for one recipient: three texts, of which a channel may need only one."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True)
class Fault:
    """What keeps a source from being a template."""

    line: int
    code: str
    why: str


class InUrl(str):
    """A text that is percent-encoded already."""

    __slots__ = ()


def _environment(*, autoescape: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=autoescape, undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.filters["default"] = environment.filters["d"] = _default
    environment.filters |= {"urlencode": _urlencode, "in_url": in_url, "in_chat": in_chat}
    environment.globals = {}
    return environment


def _default(value: object, replacement: str = "") -> object:
    """Unlike jinja2's own, also replaces a value that is there but empty."""
    return value or replacement


def _urlencode(value: object) -> InUrl:
    return InUrl(quote(_bare(value), safe="/"))


def in_url(value: object) -> InUrl:
    """A value as part of an address: it can neither end its part nor add another."""
    if isinstance(value, InUrl):
        return value
    text = _bare(value)
    return InUrl("" if text in {".", ".."} else quote(text, safe="@"))


def in_chat(value: object) -> str:
    """A value as part of a chat message: it can neither call everyone nor hide an address behind words."""
    return _CALLING.sub("\\g<0>\u200b", _bare(value))


def _bare(value: object) -> str:
    return str(value.unescape() if isinstance(value, Markup) else value)


_HTML = _environment(autoescape=True)
_PLAIN = _environment(autoescape=False)


def environment(*, escaping: bool) -> ImmutableSandboxedEnvironment:
    """The environment that renders HTML, where values are escaped, or the one for everything else."""
    return _HTML if escaping else _PLAIN


class Letter:
    """A template made ready to render many copies."""

    def __init__(self, *, subject: str, html: str, text: str) -> None:
        self._subject = _PLAIN.from_string(subject)
        self._html = _HTML.from_string(html)
        self._text = _PLAIN.from_string(text)

    def render(self, values: Mapping[str, str]) -> Rendered:
        """``values`` holds every field and link. Raises one of RENDER_ERRORS."""
        subject = one_line(self._subject.render(values))
        return Rendered(subject, self._html.render(values), self._text.render(values))


def one_line(text: str) -> str:
    """``text`` without line breaks, other control characters, or any that turn its direction round."""
    return (text if text.isprintable() else _CONTROLS.sub(" ", text)).strip()


def render_link(source: str, values: Mapping[str, str]) -> str:
    """The address that a link of a template leads to for one recipient."""
    return one_line(_link(source).render(values))


@lru_cache(maxsize=_LINKS_REMEMBERED)
def _link(source: str) -> Template:
    return _PLAIN.from_string(source)


def faults(source: str) -> Iterator[Fault]:
    """Why ``source`` is no template; nothing for one that is."""
    try:
        tree = _PLAIN.parse(source)
        deep = _deeper_than(tree, _DEEPEST)
    except TemplateSyntaxError as error:
        yield Fault(error.lineno, "syntax", error.message or "")
        return
    except RecursionError:
        deep = True
    if deep:
        yield Fault(1, "syntax", f"an expression is nested more than {_DEEPEST} deep")
        return
    if raw := _RAW.search(source):
        line = source.count("\n", 0, raw.start()) + 1
        yield Fault(line, "syntax", "'raw' is not part of the template language (fields, filters, if)")
    yield from _foreign(tree)


def uncertain_fields(source: str) -> dict[str, int]:
    """The fields that may be empty where they stand, each with the first line of it.

    Left out is what has a ``default``, or stands in a condition on it. ``source`` is without faults.
    """
    found: dict[str, int] = {}
    _search(_PLAIN.parse(source), frozenset(), found)
    return found


def _foreign(tree: nodes.Template) -> Iterator[Fault]:
    unknown: dict[tuple[str, str], int] = {}
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _SYNTAX):
            word = type(node).__name__.lower()
            why = f"'{word}' is not part of the template language (fields, filters, if)"
            yield Fault(node.lineno, "syntax", why)
        elif isinstance(node, nodes.Name) and node.name not in (*FIELDS, *OWN_LINKS):
            unknown.setdefault(("unknown_field", f"unknown field {node.name}"), node.lineno)
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            unknown.setdefault(("unknown_filter", f"unknown filter {node.name}"), node.lineno)
    yield from (Fault(line, code, why) for (code, why), line in unknown.items())


def _deeper_than(node: nodes.Node, depth: int) -> bool:
    return depth < 0 or any(_deeper_than(child, depth - 1) for child in node.iter_child_nodes())


def _search(node: nodes.Node, sure: frozenset[str], found: dict[str, int]) -> None:
    if isinstance(node, nodes.Filter) and node.name in {"default", "d"}:
        return
    if isinstance(node, nodes.Name):
        if node.name not in sure | ALWAYS_THERE and node.name in FIELDS:
            found.setdefault(node.name, node.lineno)
        return
    if isinstance(node, nodes.If | nodes.CondExpr):
        sure |= frozenset(_names(node.test))
        children = [child for child in node.iter_child_nodes() if child is not node.test]
    else:
        children = list(node.iter_child_nodes())
    for child in children:
        _search(child, sure, found)


def _names(node: nodes.Node) -> set[str]:
    own = {node.name} if isinstance(node, nodes.Name) else set()
    return own | {name.name for name in node.find_all(nodes.Name)}
