"""What an author writes: the contents of a template, one for each language, and what a channel needs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.outreach.templates.findings import Finding, error

CHANNELS = ("email", "sms", "dm", "fax", "chat")
PARTS = ("subject", "html", "mjml", "text")

_NEEDS: Mapping[str, tuple[frozenset[str], tuple[str, ...], frozenset[str]]] = {
    "email": (frozenset({"subject"}), ("html", "mjml"), frozenset({"text", "attachments"})),
    "sms": (frozenset({"text"}), (), frozenset()),
    "dm": (frozenset(), ("text", "html"), frozenset({"subject"})),
    "fax": (frozenset(), ("text", "html"), frozenset({"subject"})),
    "chat": (frozenset({"text"}), (), frozenset({"subject"})),
}
"""By channel: what there must be, of what there must be some, and what there may be."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}")


@dataclass(frozen=True, kw_only=True)
class Source:
    """A content as written in one language (a BCP 47 tag). An empty part is one that there is not.

    ``attachments`` are the ids of files.
    """

    language: str
    subject: str = ""
    html: str = ""
    mjml: str = ""
    text: str = ""
    attachments: tuple[str, ...] = ()

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Source":
        """The source that ``document`` was made of."""
        return cls(**{**document, "attachments": tuple(document.get("attachments", ()))})

    @property
    def document(self) -> dict[str, Any]:
        """The parts that there are, as plain data."""
        parts = {name: getattr(self, name) for name in PARTS if getattr(self, name)}
        attached = {"attachments": list(self.attachments)} if self.attachments else {}
        return {"language": self.language, **parts, **attached}

    @property
    def markup(self) -> str:
        """Which part is its page: ``mjml`` or ``html``; empty where there is neither."""
        return next((name for name in ("mjml", "html") if getattr(self, name)), "")


@dataclass(frozen=True, kw_only=True)
class Design:
    """All that is to be published together. ``countries`` (ISO 3166) are where it will go, if known."""

    channel: str
    default_language: str
    contents: tuple[Source, ...]
    layout: str = ""
    countries: tuple[str, ...] = ()

    @property
    def in_order(self) -> list[Source]:
        """Its contents, the one in the default language first, so that equal designs give equal versions."""
        first = folded(self.default_language)
        return sorted(self.contents, key=lambda one: (folded(one.language) != first, folded(one.language)))


def folded(language: str) -> str:
    """A language tag as it is compared: ``de_AT`` and ``DE-at`` are the same."""
    return language.strip().replace("_", "-").lower()


def is_language(tag: str) -> bool:
    return _LANGUAGE.fullmatch(tag) is not None


def problems_of(design: Design) -> Iterator[Finding]:
    """What is wrong with the languages of a design as a whole."""
    tags = [folded(source.language) for source in design.contents]
    for tag in dict.fromkeys(tags):
        if not is_language(tag):
            yield error("language", "bad_language", f"{tag!r} is no language tag such as de or pt-BR")
        if tags.count(tag) > 1:
            yield error("language", "twice", f"there is more than one content in {tag}")
    if folded(design.default_language) not in tags:
        why = f"there is no content in the default language {design.default_language}"
        yield error("default_language", "missing", why)


def problems_of_parts(source: Source, channel: str) -> Iterator[Finding]:
    """Which parts a content lacks, or has though its channel has no use for them."""
    needed, one_of, possible = _NEEDS[channel]
    for name in sorted(needed):
        if not getattr(source, name).strip():
            yield error(name, "missing", f"a template for {channel} needs it")
    given = [name for name in one_of if getattr(source, name).strip()]
    if one_of and not given:
        yield error(one_of[0], "missing", f"a template for {channel} needs {' or '.join(one_of)}")
    if channel == "email" and len(given) > 1:
        yield error("html", "unused", "there is mjml, and html is made of that; only one can be given")
    for name in (*PARTS, "attachments"):
        if getattr(source, name) and name not in {*needed, *one_of, *possible}:
            yield error(name, "unused", f"a template for {channel} has no {name}")
