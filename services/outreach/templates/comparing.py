"""What differs between two versions of a template, as data: part by part, and line by line within it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Protocol

from services.outreach.templates.source import PARTS, folded

MOST_LINES = 2000
"""Lines that differ at the most to be compared one by one; more count as replaced as a whole."""


@dataclass(frozen=True)
class Hunk:
    """Lines that were replaced: ``before`` from line ``before_line`` on, ``after`` from ``after_line`` on."""

    before_line: int
    before: list[str]
    after_line: int
    after: list[str]


@dataclass(frozen=True)
class Difference:
    """A part that differs: ``added``, ``removed`` or ``changed``. Without ``language`` it is of the whole."""

    language: str
    field: str
    change: str
    hunks: list[Hunk]


class Written(Protocol):
    """A draft or a version."""

    layout: Any
    default_language: Any
    countries: Any
    contents: Any


def differences(before: Written, after: Written) -> list[Difference]:
    """What ``after`` has otherwise than ``before``."""
    found = [
        _difference("", name, _words(getattr(before, name)), _words(getattr(after, name)))
        for name in ("layout", "default_language", "countries")
    ]
    old, new = _by_language(before.contents), _by_language(after.contents)
    for language in sorted({*old, *new}):
        for name in (*PARTS, "attachments"):
            was, is_ = (_words(side.get(language, {}).get(name, "")) for side in (old, new))
            found.append(_difference(language, name, was, is_))
    return [one for one in found if one is not None]


def _difference(language: str, name: str, before: str, after: str) -> Difference | None:
    if before == after:
        return None
    change = "added" if not before else "removed" if not after else "changed"
    return Difference(language, name, change, hunks(before.splitlines(), after.splitlines()))


def hunks(before: Sequence[str], after: Sequence[str]) -> list[Hunk]:
    """The lines that differ. What both begin and end with is left out at once, since most edits are small."""
    start = _in_common(before, after)
    end = _in_common(before[start:][::-1], after[start:][::-1])
    old, new = list(before[start : len(before) - end]), list(after[start : len(after) - end])
    if len(old) + len(new) > MOST_LINES:
        return [Hunk(start + 1, old, start + 1, new)]
    return [
        Hunk(start + one + 1, old[one:two], start + three + 1, new[three:four])
        for kind, one, two, three, four in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if kind != "equal"
    ]


def _in_common(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _by_language(contents: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {folded(content["language"]): content for content in contents}


def _words(value: object) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)
