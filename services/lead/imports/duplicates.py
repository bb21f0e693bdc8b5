"""Whether two entries mean the same contact, and why: likeness of fields, a score.

Fields are weighed by the log odds of Fellegi and Sunter, "A Theory for Record Linkage" (JASA 64, 1969):
each field that both have speaks for or against, the sum becomes a probability. Words are compared by
Winkler's string comparator ("String Comparator Metrics and Enhanced Decision Rules", 1990). An email
address or an external id in common decides alone: a department keeps each only once.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from services.lead.customers.naming import company_words, name_words

SAME = 0.9
"""From this score on two entries are taken for the same contact."""

LIKELY = 0.5
"""From this score on a person should be asked."""

_PRIOR = -4.0
_ALIKE = 0.93
_CLOSE = 0.85
_WEIGHTS = {
    # Field: (agrees, nearly agrees, does not agree), as natural log odds.
    "phone": (4.5, 2.5, -0.5),
    "email": (9.0, 4.0, -2.0),
    "name": (4.0, 2.5, -5.0),
    "company": (3.5, 1.5, -2.0),
}
_COMPANY_ALONE = (6.5, 3.0, -6.0)
_DIGITS = re.compile(r"\d+")
_IDEOGRAPHS = "\u2e80"
"""From here on a letter is a word, and one other letter makes another name."""

_LONG_ENOUGH = 8
_PREFIX = 4
_SCALING = 0.1


class Comparable(Protocol):
    """What is compared of a contact; read only."""

    @property
    def email(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def external_id(self) -> str | None: ...
    @property
    def given_name(self) -> str: ...
    @property
    def family_name(self) -> str: ...
    @property
    def company(self) -> str: ...


@dataclass(frozen=True)
class Likeness:
    """``score`` from 0 to 1, and for each field that both have how alike its values are, from 0 to 1."""

    score: float
    fields: dict[str, float] = field(default_factory=dict)

    @property
    def agreed(self) -> dict[str, float]:
        """The fields that speak for it."""
        return {name: alike for name, alike in self.fields.items() if alike >= _CLOSE}

    def __str__(self) -> str:
        told = ", ".join(f"{name} {alike:.0%}" for name, alike in self.agreed.items())
        return f"{self.score:.2f}: {told or 'nothing'} agrees"


def compare(one: Comparable, other: Comparable, *, least: float = 0.0) -> Likeness:
    """How likely both are the same contact.

    Where not even names alike could bring the score to ``least``, names are not looked at, and it is 0.
    """
    alike: dict[str, float] = {}
    if one.external_id and other.external_id:
        alike["external_id"] = float(one.external_id == other.external_id)
    if one.email and other.email:
        alike["email"] = _emails(one.email.casefold(), other.email.casefold())
    if alike.get("external_id") == 1.0 or alike.get("email") == 1.0:
        return Likeness(1.0, alike)
    if one.phone and other.phone:
        alike["phone"] = _phones(one.phone, other.phone)
    if least and not _could_reach(least, alike, one, other):
        return Likeness(0.0, alike)
    names = name_words(one.given_name, one.family_name), name_words(other.given_name, other.family_name)
    if all(names):
        alike["name"] = words_alike(*names)
    if one.company and other.company:
        alike["company"] = companies_alike(one.company, other.company)
    if alike.get("external_id") == 0.0:
        return Likeness(0.0, alike)
    return Likeness(_score(alike, persons=any(names)), alike)


def names_make_up_for_addresses(least: float) -> bool:
    """Whether two whose email addresses differ could reach ``least`` by names and companies that agree."""
    best = max(_WEIGHTS["name"][0] + _WEIGHTS["company"][0], _COMPANY_ALONE[0])
    return _probability(_PRIOR + best + _WEIGHTS["email"][2]) >= least


def _could_reach(least: float, alike: dict[str, float], one: Comparable, other: Comparable) -> bool:
    """Whether names and companies that agree would be enough."""
    persons = bool(one.given_name or one.family_name), bool(other.given_name or other.family_name)
    best = _WEIGHTS["name"][0] if all(persons) else 0.0
    if one.company and other.company:
        best += _WEIGHTS["company"][0] if any(persons) else _COMPANY_ALONE[0]
    for name, likeness in alike.items():
        if name in _WEIGHTS:
            best += _weight(_WEIGHTS[name], likeness)
    return _probability(_PRIOR + best) >= least


def _score(alike: dict[str, float], *, persons: bool) -> float:
    odds = _PRIOR
    for name, likeness in alike.items():
        weights = _COMPANY_ALONE if name == "company" and not persons else _WEIGHTS[name]
        odds += _weight(weights, likeness)
    if persons and "name" not in alike:
        odds -= 2.0
    return _probability(odds)


def _weight(weights: tuple[float, float, float], likeness: float) -> float:
    return weights[0 if likeness >= _ALIKE else 1 if likeness >= _CLOSE else 2]


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def _emails(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if abs(len(one) - len(other)) > 1 or not _one_slip(one, other):
        return 0.0
    if _DIGITS.findall(one) != _DIGITS.findall(other):
        return 0.0
    return min(0.92, winkler(one, other))


def _phones(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if len(one) == len(other) and one[:-7] == other[:-7] and sorted(one) == sorted(other):
        return 0.9 if _one_slip(one, other) else 0.0
    return 0.0


def _one_slip(one: str, other: str) -> bool:
    """Whether one letter was added, lost or changed, or two neighbours were swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return True
    swapped = one[start + 1 : start + 2] + one[start : start + 1] + one[start + 2 :]
    rests = one[start + 1 :], other[start + 1 :]
    return (
        rests[0] == rests[1]
        or rests[0] == other[start:]
        or one[start:] == rests[1]
        or swapped == other[start:]
    )


def companies_alike(one: str, other: str) -> float:
    """How alike two names of companies are; numbers in them must be the same."""
    words = company_words(one), company_words(other)
    if _DIGITS.findall(" ".join(words[0])) != _DIGITS.findall(" ".join(words[1])):
        return 0.0
    joined = "".join(words[0]), "".join(words[1])
    if joined[0] == joined[1]:
        return 1.0
    if _one_slip(*joined) and min(map(len, joined)) >= _LONG_ENOUGH:
        return 0.97
    return _least_alike(words[0], words[1])


def _least_alike(one: Sequence[str], other: Sequence[str]) -> float:
    """Of companies one other word makes another one: the worst pair counts. Words without partner do, too."""
    if len(one) != len(other):
        return words_alike(tuple(sorted(one)), tuple(sorted(other)))
    rest, worst = list(other), 1.0
    for word in one:
        best = max(rest, key=lambda candidate: _word_alike(word, candidate))
        worst = min(worst, _word_alike(word, best))
        rest.remove(best)
    return worst


@lru_cache(maxsize=16384)
def words_alike(one: Sequence[str], other: Sequence[str]) -> float:
    """How alike two sets of words are: each of the shorter against its best of the longer.

    An initial is as good as nine tenths of its word; words that have no partner count against it, and of
    words as short as two letters another letter makes another word.
    """
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    rest, total = list(long), 0.0
    for word in short:
        best = max(rest, key=lambda candidate: _word_alike(word, candidate))
        total += _word_alike(word, best)
        rest.remove(best)
    unmatched = sum(len(word) > 1 for word in rest)
    return total / len(short) - 0.06 * unmatched if short else 0.0


def _word_alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if one[0] >= _IDEOGRAPHS or max(len(one), len(other)) == 2:
        return 0.0
    if min(len(one), len(other)) == 1:
        return 0.9 if one[0] == other[0] else 0.0
    return winkler(one, other)


@lru_cache(maxsize=65536)
def winkler(one: str, other: str) -> float:
    """Jaro's likeness of two words, raised by what they begin with in common, from 0 to 1."""
    if one == other:
        return 1.0
    jaro = _jaro(one, other)
    common = 0
    for first, second in zip(one[:_PREFIX], other[:_PREFIX], strict=False):
        if first != second:
            break
        common += 1
    return jaro + common * _SCALING * (1 - jaro)


def _jaro(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    reach = max(max(len(one), len(other)) // 2 - 1, 0)
    taken = [False] * len(other)
    matched: list[str] = []
    for at, letter in enumerate(one):
        for place in range(max(0, at - reach), min(len(other), at + reach + 1)):
            if not taken[place] and other[place] == letter:
                taken[place] = True
                matched.append(letter)
                break
    if not matched:
        return 0.0
    theirs = [letter for letter, hit in zip(other, taken, strict=True) if hit]
    swaps = sum(first != second for first, second in zip(matched, theirs, strict=True)) / 2
    count = len(matched)
    return (count / len(one) + count / len(other) + (count - swaps) / count) / 3
