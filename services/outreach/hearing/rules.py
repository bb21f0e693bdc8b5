"""The rules for reading what other mail systems say, loaded from ``rules.yaml`` and checked there.

The rules are data, so that a phrase that nobody thought of is added without touching code. Each
verdict keeps the name of the rule that gave it and the version of the file.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

import msgspec
import yaml

FILE = Path(__file__).parent / "rules.yaml"

Meaning = Literal["hard", "soft"]
Place = Literal["answer", "notice"]
Stage = Literal["rcpt", "mail", "data", "helo"]
Mark = Literal[
    "bounce_sender",
    "bounce_subject",
    "auto_sender",
    "auto_subject",
    "complaint_subject",
    "challenge",
    "stop",
    "quote",
    "signature",
]

UNDETERMINED: Final = "undetermined"

Phrase = Annotated[str, msgspec.Meta(min_length=1)]
Phrases = Annotated[list[Phrase], msgspec.Meta(min_length=1)]
Code = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z_]*$")]
Status = Annotated[str, msgspec.Meta(pattern=r"^[45]\.\d{1,3}\.(\d{1,3}|x)$")]
Reply = Annotated[str, msgspec.Meta(pattern="^[45][0-5][0-9]$")]

_WORD = re.compile(r"\{([a-z_]+)\}")


class RulesWrong(ValueError):
    """The file of rules cannot be used; the text says why."""


class Says(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a code means by itself."""

    meaning: Meaning
    reason: Code


class _WrittenRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule as it stands in the file."""

    name: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z-]*$")]
    where: Annotated[list[Place], msgspec.Meta(min_length=1)]
    weight: Literal["certain", "likely"]
    meaning: Meaning
    reason: Code
    says: Phrases
    codes: list[Reply] = []
    needs_refusal: bool = False


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    version: Annotated[int, msgspec.Meta(ge=1)]
    words: dict[str, Phrase]
    statuses: dict[Status, Says]
    codes: dict[Reply, Says]
    stages: dict[Stage, Phrases]
    marks: dict[Mark, Phrases]
    about_the_address: list[Code]
    rules: Annotated[list[_WrittenRule], msgspec.Meta(min_length=1)]


@dataclass(frozen=True)
class Rule:
    """A family of phrases and what it means; see the head of the file."""

    name: str
    where: frozenset[str]
    certain: bool
    meaning: Meaning
    reason: str
    pattern: re.Pattern[str]
    codes: frozenset[str]
    needs_refusal: bool

    def speaks(self, text: str, *, place: Place, code: str) -> bool:
        """Whether the rule has something to say of ``text``, which stands beside the reply code."""
        fits = place in self.where and (not self.codes or code in self.codes)
        return fits and self.pattern.search(text) is not None


@dataclass(frozen=True)
class Rules:
    """The file, ready for use. ``stages`` are in the order in which they are asked."""

    version: int
    rules: Sequence[Rule]
    statuses: Mapping[str, Says]
    codes: Mapping[str, Says]
    stages: Mapping[str, re.Pattern[str]]
    marks: Mapping[str, re.Pattern[str]]
    about_the_address: frozenset[str]

    def of_status(self, status: str) -> Says | None:
        """What an enhanced status code means by itself; None for nothing."""
        family = f"{status.rpartition('.')[0]}.x"
        return self.statuses.get(status) or self.statuses.get(family)

    def first(self, text: str, *, place: Place, code: str, certain: bool) -> Rule | None:
        """The first rule of a weight that speaks."""
        for rule in self.rules:
            if rule.certain is certain and rule.speaks(text, place=place, code=code):
                return rule
        return None


@functools.cache
def shipped() -> Rules:
    """The rules that come with this version."""
    return load(FILE.read_text(encoding="utf-8"))


def load(text: str) -> Rules:
    """Read rules as YAML. Raises RulesWrong for what is missing, unknown, doubled or no pattern."""
    try:
        written = msgspec.convert(yaml.safe_load(text), _File)
    except (msgspec.ValidationError, yaml.YAMLError) as error:
        raise RulesWrong(str(error)) from error
    names = [rule.name for rule in written.rules]
    if len(set(names)) != len(names):
        raise RulesWrong("two rules have the same name")
    missing = set(get_args(Stage)) - written.stages.keys() | set(get_args(Mark)) - written.marks.keys()
    if missing:
        raise RulesWrong(f"there is nothing about {', '.join(sorted(missing))}")
    return Rules(
        version=written.version,
        rules=[_rule(one, written.words) for one in written.rules],
        statuses=written.statuses,
        codes=written.codes,
        stages={name: _pattern(name, says, written.words) for name, says in written.stages.items()},
        marks={name: _pattern(name, says, written.words) for name, says in written.marks.items()},
        about_the_address=frozenset(written.about_the_address),
    )


def _rule(written: _WrittenRule, words: Mapping[str, str]) -> Rule:
    return Rule(
        name=written.name,
        where=frozenset(written.where),
        certain=written.weight == "certain",
        meaning=written.meaning,
        reason=written.reason,
        pattern=_pattern(written.name, written.says, words),
        codes=frozenset(written.codes),
        needs_refusal=written.needs_refusal,
    )


def _pattern(name: str, says: Sequence[str], words: Mapping[str, str]) -> re.Pattern[str]:
    def word(found: re.Match[str]) -> str:
        if found[1] not in words:
            raise RulesWrong(f"{name}: there is no word {found[1]}")
        return f"(?:{words[found[1]]})"

    phrases = [_WORD.sub(word, phrase) for phrase in says]
    for phrase in phrases:
        try:
            re.compile(phrase)
        except re.error as error:
            raise RulesWrong(f"{name}: {phrase}: {error}") from error
    return re.compile("|".join(f"(?:{phrase})" for phrase in phrases), re.IGNORECASE)
