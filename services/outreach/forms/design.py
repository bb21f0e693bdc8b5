"""What a form asks and says, as data: fields, sides of a survey, and texts in each of its languages."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

Words = dict[str, str]
"""A text by language."""

FieldType = Literal[
    "text", "email", "phone", "choice", "multi_choice", "number", "scale", "consent", "hidden"
]
FIELD_TYPES: tuple[FieldType, ...] = (
    *("text", "email", "phone", "choice", "multi_choice", "number", "scale", "consent", "hidden"),
)
CHANNELS = ("email", "sms", "dm", "fax", "chat")
PERSON = ("given_name", "family_name", "company", "email", "phone")
"""Names of fields that say who it is. A personal page leaves them out, for there it is known."""

LONGEST_ANSWER = 2000
MOST_STEPS = 20

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_NEEDS = {"email": "email", "sms": "phone"}
"""The field that consent to a channel is about."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One of the answers to choose from."""

    value: str
    label: Words


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One question. ``longest`` counts characters; ``least`` and ``most`` are the ends of a number or scale.

    A consent has the ``channel`` it opens, and its label is the exact wording. A hidden field carries
    ``value``, or what the page's address says under its name.
    """

    name: str
    type: FieldType
    label: Words = {}
    help: Words = {}
    required: bool = False
    longest: int = 200
    least: Decimal | None = None
    most: Decimal | None = None
    choices: list[Choice] = []
    channel: str | None = None
    value: str = ""

    @property
    def steps(self) -> range:
        """The steps of a scale; 0 to 10 where nothing else is said."""
        least, most = (0 if self.least is None else self.least), (10 if self.most is None else self.most)
        return range(int(least), int(most) + 1)


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a satisfaction survey, asked twice from 0 to 10: what was expected, and how it was."""

    name: str
    label: Words
    weight: int = 1
    required: bool = True


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """What the page says in one language. Empty ones are said in words of our own."""

    title: str
    intro: str = ""
    submit: str = ""
    thanks_title: str = ""
    thanks_text: str = ""


class Design(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of it. The first language is the one for those who ask for none of the others."""

    languages: list[str]
    texts: dict[str, Texts]
    fields: list[Field] = []
    sides: list[Side] = []
    nps: bool = False
    confirmed_opt_in: bool = True
    redirect_url: str = ""

    @classmethod
    def of(cls, document: dict[str, Any]) -> "Design":
        """From data of the same shape. Raises msgspec.ValidationError for another."""
        return msgspec.convert(document, cls, strict=False)

    def document(self) -> dict[str, Any]:
        """As JSON keeps it."""
        kept: dict[str, Any] = msgspec.to_builtins(self)
        return kept

    def asked(self, *, known: bool) -> list[Field]:
        """The fields of the page; for somebody who is ``known``, without those that say who it is."""
        return [field for field in self.fields if not (known and field.name in PERSON)]


def problems_of(design: Design, *, kind: str, hosts: Iterable[str]) -> dict[str, list[str]]:
    """Why a design cannot stand, by field. ``hosts`` are those that a redirect may lead to."""
    found: dict[str, list[str]] = {}
    for place, reason in (
        *_of_languages(design),
        *_of_names(design),
        *_of_fields(design),
        *_of_kind(design, kind),
        *_of_redirect(design, set(hosts)),
    ):
        found.setdefault(place, []).append(reason)
    return found


def _of_languages(design: Design) -> Iterator[tuple[str, str]]:
    languages = design.languages
    if not languages or len(set(languages)) != len(languages):
        yield "languages", "Needs at least one language, each once"
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            yield "languages", f"{language} is not a language tag"
        if language not in design.texts:
            yield f"texts.{language}", "Is needed for this language of the form"
    for place, words in _all_words(design):
        for language in languages:
            if not words.get(language, "").strip():
                yield place, f"Has no text in {language}"


def _all_words(design: Design) -> Iterator[tuple[str, Words]]:
    for field in design.fields:
        if field.type != "hidden":
            yield f"fields.{field.name}.label", field.label
        if field.help:
            yield f"fields.{field.name}.help", field.help
        for choice in field.choices:
            yield f"fields.{field.name}.choices.{choice.value}", choice.label
    for side in design.sides:
        yield f"sides.{side.name}.label", side.label


def _of_names(design: Design) -> Iterator[tuple[str, str]]:
    for group, names in (("fields", [one.name for one in design.fields]), ("sides", _sides(design))):
        for name in names:
            if not _NAME.fullmatch(name):
                yield group, f"{name} is not a name: small letters, digits and _, a letter first"
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield group, f"{name} is there more than once"


def _sides(design: Design) -> list[str]:
    return [side.name for side in design.sides]


def _of_fields(design: Design) -> Iterator[tuple[str, str]]:
    for field in design.fields:
        place = f"fields.{field.name}"
        values = [choice.value for choice in field.choices]
        if field.type in ("choice", "multi_choice"):
            if not values or len(set(values)) != len(values):
                yield f"{place}.choices", "Needs answers to choose from, each once"
        elif values:
            yield f"{place}.choices", f"A field of type {field.type} has none"
        if field.name in ("email", "phone") and field.type != field.name:
            yield f"{place}.type", f"Must be {field.name}"
        if field.name in ("given_name", "family_name", "company") and field.type != "text":
            yield f"{place}.type", "Must be text"
        if field.type == "scale" and not (_whole(field) and 2 <= len(field.steps) <= MOST_STEPS):
            yield place, f"A scale has whole ends, and from 2 to {MOST_STEPS} steps"
        if field.least is not None and field.most is not None and field.least > field.most:
            yield place, "least is above most"
        yield from _of_consent(design, field)


def _whole(field: Field) -> bool:
    return all(end is None or end == int(end) for end in (field.least, field.most))


def _of_consent(design: Design, field: Field) -> Iterator[tuple[str, str]]:
    place = f"fields.{field.name}.channel"
    if field.type != "consent":
        if field.channel is not None:
            yield place, "Only a consent has one"
        return
    if field.channel not in CHANNELS:
        yield place, f"Must be one of {', '.join(CHANNELS)}"
    needed = _NEEDS.get(field.channel or "")
    if needed and needed not in {one.name for one in design.fields}:
        yield place, f"Consent to {field.channel} needs a field {needed}"


def _of_kind(design: Design, kind: str) -> Iterator[tuple[str, str]]:
    rated = bool(design.sides) or design.nps
    if rated and kind not in ("survey", "feedback"):
        yield "sides", "Only a survey or feedback has sides and a recommendation"
    if not (design.fields or rated):
        yield "fields", "The form asks nothing"
    mails = [field for field in design.fields if field.name == "email" and field.required]
    if design.confirmed_opt_in and kind in ("landing", "registration") and not mails:
        yield "confirmed_opt_in", "Needs a required field email, for the mail goes there"


def _of_redirect(design: Design, hosts: set[str]) -> Iterator[tuple[str, str]]:
    if not design.redirect_url:
        return
    try:
        parts = urlsplit(design.redirect_url)
        right = parts.scheme == "https" and parts.netloc.lower() in hosts
    except ValueError:
        right = False
    if not right or re.search(r"[\s\\{}\x00-\x1f\x7f]", design.redirect_url):
        yield "redirect_url", "Must be https:// and one of the hosts that the operator allows"
