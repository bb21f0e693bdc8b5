"""Reads what was sent against the design that was shown. Pure, and it never raises: what is wrong is said.

Every name of an input that the page has of its own carries a character that no field's name may have.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import partial

from services.outreach.channels.channel import Unsendable
from services.outreach.channels.email.mime import checked_address
from services.outreach.forms.design import PERSON, Design, Field, FieldType
from services.outreach.forms.scoring import HIGHEST, LOWEST, Rating, overall
from services.outreach.forms.words import words_of

Sent = Mapping[str, Sequence[str]]
Value = str | list[str]

NPS_INPUT = "nps.score"
LONGEST_ADDRESS = 254
TICKED = "yes"

_NUMBER = re.compile(r"[+-]?[0-9]{1,12}([.,][0-9]{1,4})?")
_PHONE = re.compile(r"\+?[0-9 ()./-]{4,30}")
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class _Wrong(ValueError):
    """A key of our words, with what it names."""

    def __init__(self, key: str, **named: object) -> None:
        super().__init__(key)
        self.key, self.named = key, named


@dataclass
class Filled:
    """``wrong`` maps inputs to what to tell at them; where it is empty, the rest is fit to keep."""

    answers: dict[str, Value] = field(default_factory=dict)
    consents: list[dict[str, str]] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    nps: int | None = None
    score: Decimal | None = None
    wrong: dict[str, str] = field(default_factory=dict)

    def person(self, name: str) -> str:
        """What was said under one of the names that say who it is."""
        value = self.answers.get(name, "") if name in PERSON else ""
        return value if isinstance(value, str) else ""


def fill(design: Design, sent: Sent, *, language: str, known: bool) -> Filled:
    """What somebody sent on the page in ``language``. Who is ``known`` was not asked who they are."""
    filled = Filled()
    words = words_of(language)
    for one in design.asked(known=known):
        value = _judged(filled, words, one.name, partial(_read, one, sent))
        if value:
            filled.answers[one.name] = value
        if one.type == "consent" and value and one.channel:
            filled.consents.append({"channel": one.channel, "wording": one.label[language]})
    for side in design.sides:
        expectation, experience = (
            _judged(filled, words, name, partial(_step, name, sent, required=side.required))
            for name in side_inputs(side.name)
        )
        filled.ratings.append(Rating(side.name, _rated(expectation), _rated(experience)))
    filled.score = overall(filled.ratings, {side.name: side.weight for side in design.sides})
    if design.nps:
        nps = _judged(filled, words, NPS_INPUT, partial(_step, NPS_INPUT, sent, required=False))
        filled.nps = _rated(nps)
    return filled


def side_inputs(side: str) -> tuple[str, str]:
    """The names of the inputs for expectation and experience."""
    return f"side.{side}.expectation", f"side.{side}.experience"


def line(value: str) -> str:
    """On one line, without control characters."""
    return " ".join(_CONTROLS.sub(" ", value).split())


def _judged(filled: Filled, words: Mapping[str, str], name: str, read: Callable[[], Value]) -> Value:
    """What was read at an input; nothing where it is wrong, and then that is told there."""
    try:
        return read()
    except _Wrong as wrong:
        filled.wrong[name] = words[wrong.key].format(**wrong.named)
        return ""


def _rated(value: Value) -> int | None:
    return int(value) if isinstance(value, str) and value else None


def _read(field: Field, sent: Sent) -> Value:
    if field.type == "multi_choice":
        return _several(field, sent)
    value = _first(field.name, sent)
    value = _lines(value) if field.type == "text" and field.longest > 200 else line(value)
    if field.type == "hidden":
        return value[: field.longest]
    if not value:
        if field.required:
            raise _Wrong(_MISSING.get(field.type, "missing"))
        return ""
    if len(value) > field.longest:
        raise _Wrong("too_long", most=field.longest)
    check = _CHECKS.get(field.type)
    return check(field, value) if check else value


def _several(field: Field, sent: Sent) -> list[str]:
    chosen = set(sent.get(field.name, ())) - {""}
    values = [choice.value for choice in field.choices]
    if chosen - set(values):
        raise _Wrong("not_a_choice")
    if field.required and not chosen:
        raise _Wrong("choose")
    return [value for value in values if value in chosen]


def _choice(field: Field, value: str) -> str:
    if value not in {choice.value for choice in field.choices}:
        raise _Wrong("not_a_choice")
    return value


def _email(_: Field, value: str) -> str:
    try:
        address = checked_address(value)
    except Unsendable:
        raise _Wrong("not_email") from None
    if len(address) > LONGEST_ADDRESS:
        raise _Wrong("not_email")
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def _phone(_: Field, value: str) -> str:
    if not _PHONE.fullmatch(value) or not 5 <= sum(one.isdigit() for one in value) <= 15:
        raise _Wrong("not_phone")
    return value


def _number(field: Field, value: str) -> str:
    if not _NUMBER.fullmatch(value):
        raise _Wrong("not_number")
    try:
        number = Decimal(value.replace(",", "."))
    except InvalidOperation:
        raise _Wrong("not_number") from None
    if field.least is not None and number < field.least:
        raise _Wrong("too_small", least=field.least)
    if field.most is not None and number > field.most:
        raise _Wrong("too_large", most=field.most)
    return f"{number:f}"


def _scale(field: Field, value: str) -> str:
    if value not in map(str, field.steps):
        raise _Wrong("not_a_choice")
    return value


def _consent(_: Field, value: str) -> str:
    if value != TICKED:
        raise _Wrong("not_a_choice")
    return value


def _step(name: str, sent: Sent, *, required: bool) -> str:
    value = line(_first(name, sent))
    if not value and required:
        raise _Wrong("choose")
    if value and value not in map(str, range(LOWEST, HIGHEST + 1)):
        raise _Wrong("not_a_choice")
    return value


def _first(name: str, sent: Sent) -> str:
    return next(iter(sent.get(name, ())), "")


def _lines(value: str) -> str:
    return _CONTROLS.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


_MISSING: Mapping[FieldType, str] = {"choice": "choose", "scale": "choose", "consent": "tick"}
_CHECKS: Mapping[FieldType, Callable[[Field, str], str]] = {
    "email": _email,
    "phone": _phone,
    "choice": _choice,
    "number": _number,
    "scale": _scale,
    "consent": _consent,
}
