"""The template language: fields, a few filters, and ``if``. Nothing in it can loop, call or look inside.

A template is checked when it is made, so that a mailing cannot stumble over it later. The
sandbox of jinja2 stands behind the check as a second wall.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.outreach.templates import tracking

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

OWN_LINKS = ("unsubscribe_url", "form_url")
"""The links of ours that a template may carry; ``unsubscribe_url`` it must."""

FILTERS = ("capitalize", "d", "default", "e", "escape", "length", "lower", "striptags", "title", "trim") + (
    "truncate",
    "upper",
    "urlencode",
)

RENDER_ERRORS = (TemplateError, TypeError, ValueError, LookupError, AttributeError)
"""What rendering one recipient's mail may raise."""

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
_CONTROLS = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]+")
_SAMPLE = {name: name for name in FIELDS} | {
    "given_name": "Lin",
    "family_name": "Müller",
    "full_name": "Lin Müller",
    "company": "Example & Sons",
    "email": "lin@example.com",
}
_OWN_SAMPLE = {name: f"https://links.example/{name}" for name in OWN_LINKS}


@dataclass(frozen=True)
class Rendered:
    """A mail for one recipient: three texts."""

    subject: str
    html: str
    text: str


def _environment(*, autoescape: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=autoescape, undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.filters["default"] = environment.filters["d"] = _default
    environment.globals = {}
    return environment


def _default(value: object, replacement: str = "") -> object:
    """Unlike jinja2's own, also replaces a value that is there but empty."""
    return value or replacement


_HTML = _environment(autoescape=True)
_PLAIN = _environment(autoescape=False)


class Letter:
    """A template made ready to render many mails."""

    def __init__(self, *, subject: str, html: str, text: str) -> None:
        self._subject = _PLAIN.from_string(subject)
        self._html = _HTML.from_string(html)
        self._text = _PLAIN.from_string(text)

    def render(self, values: Mapping[str, str]) -> Rendered:
        """``values`` holds every field and link. Raises one of RENDER_ERRORS."""
        subject = one_line(self._subject.render(values))
        return Rendered(subject, self._html.render(values), self._text.render(values))


def one_line(text: str) -> str:
    """``text`` without line breaks or other control characters, so that no header can be added."""
    return _CONTROLS.sub(" ", text).strip()


def render_link(source: str, values: Mapping[str, str]) -> str:
    """The address that a link of a template leads to for one recipient."""
    return one_line(_PLAIN.from_string(source).render(values))


def sample_values(**known: str) -> dict[str, str]:
    """Every field and link of ours with a made-up value, or the one that is ``known``."""
    return {**_SAMPLE, **_OWN_SAMPLE, **known}


def problems_of(*, subject: str, html: str, text: str) -> dict[str, list[str]]:
    """Why these sources cannot be accepted, by field; empty when they can."""
    found = {
        name: list(_faults(source)) for name, source in (("subject", subject), ("html", html), ("text", text))
    }
    if not any(found.values()):
        found["html"] += tracking.problems_of_html(html)
        found["text"] += tracking.problems_of_text(text)
    if not any(found.values()):
        found = _problems_of_mails(Letter(subject=subject, html=html, text=text))
    return {name: reasons for name, reasons in found.items() if reasons}


def _faults(source: str) -> Iterator[str]:
    try:
        tree = _PLAIN.parse(source)
    except TemplateSyntaxError as error:
        yield f"line {error.lineno}: {error.message}"
        return
    unknown: dict[str, int] = {}
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _SYNTAX):
            word = type(node).__name__.lower()
            yield f"line {node.lineno}: '{word}' is not part of the template language (fields, filters, if)"
        elif isinstance(node, nodes.Name) and node.name not in (*FIELDS, *OWN_LINKS):
            unknown.setdefault(f"unknown field {node.name}", node.lineno)
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            unknown.setdefault(f"unknown filter {node.name}", node.lineno)
    yield from (f"line {line}: {fault}" for fault, line in unknown.items())


def _problems_of_mails(letter: Letter) -> dict[str, list[str]]:
    """What goes wrong for a contact of whom everything is known, and for one of whom nothing is."""
    found: dict[str, list[str]] = {"subject": [], "html": [], "text": []}
    link = _OWN_SAMPLE["unsubscribe_url"]
    for values in (sample_values(), sample_values(**dict.fromkeys(FIELDS, ""))):
        try:
            mail = letter.render(values)
        except RENDER_ERRORS as error:
            return {"html": [f"the template cannot be rendered: {error}"]}
        if not re.search(rf"""<a\s[^<>]*href\s*=\s*["']?{re.escape(link)}""", mail.html, re.IGNORECASE):
            found["html"] = ['the unsubscribe link is missing: <a href="{{ unsubscribe_url }}">']
        if link not in mail.text:
            found["text"] = ["the unsubscribe link is missing: {{ unsubscribe_url }}"]
    if not letter.render(sample_values()).subject:
        found["subject"] = ["it is empty"]
    return found
