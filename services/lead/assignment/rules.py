"""Rules of assignment as data, and the index that finds those that fit a lead. Pure.

Each condition has a bit for every rule: those that it lets pass a given value. To find the rules that fit
a lead is to AND a handful of numbers, however many rules there are (the bit vectors of T. V. Lakshman and
D. Stiliadis, "High-Speed Policy-based Packet Forwarding Using Efficient Multi-dimensional Range Matching",
SIGCOMM 1998). Texts are compared without regard to case.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args
from uuid import UUID

Strategy = Literal["round_robin", "weight", "workload"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)

CONDITIONS = {
    "regions": "region",
    "sources": "source",
    "languages": "language",
    "grades": "grade",
    "campaigns": "campaign",
}
"""Conditions that list values, with the attribute of the lead's facts that must be among them.

Of a lead's products one is enough.
"""


@dataclass(frozen=True)
class Facts:
    """What of a lead decides. ``cooled`` are those who had it lately and do not get it back yet."""

    region: str = ""
    products: tuple[str, ...] = ()
    source: str = ""
    language: str = ""
    grade: str = ""
    campaign: str = ""
    amount: Decimal | None = None
    currency: str = ""
    cooled: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rule:
    """If a lead fits all conditions, ``by`` chooses among the reps, or it goes into a ``pool``.

    Conditions that are left out fit every lead. ``least`` is inclusive, ``below`` exclusive. ``team`` and
    ``reps`` say who is meant; without both it is every rep of the department. ``code`` stays the same from
    version to version, so that everybody keeps his turn.
    """

    code: str
    name: str
    regions: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    least: Decimal | None = None
    below: Decimal | None = None
    currency: str = ""
    by: Strategy | None = None
    team: str = ""
    reps: tuple[str, ...] = ()
    pool: str = ""
    accept_hours: float | None = None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Rule":
        """From the document that a rule set keeps."""
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in kept.items()
        }
        for name in ("least", "below"):
            values[name] = None if kept.get(name) is None else Decimal(kept[name])
        return cls(**values)


EVERYBODY = Rule(code="everybody", name="Everybody in turn", by="round_robin")
"""What holds in a department that has no rules of its own."""


class RuleIndex:
    """The rules of a set in their order, compiled."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self.weighs_workload = any(rule.by == "workload" for rule in self.rules)
        self._all = (1 << len(self.rules)) - 1
        self._values = [(fact, _by_value(self.rules, name)) for name, fact in CONDITIONS.items()]
        self._products = _by_value(self.rules, "products")
        self._amounts = _Amounts(self.rules)

    def matching(self, facts: Facts) -> Iterator[tuple[int, Rule]]:
        """The rules that fit, first things first, with their places from 1."""
        bits = self._all & self._amounts.fitting(facts) & self._fitting_products(facts)
        for fact, (free, by_value) in self._values:
            bits &= by_value.get(getattr(facts, fact).casefold(), free)
        while bits:
            lowest = bits & -bits
            place = lowest.bit_length()
            yield place, self.rules[place - 1]
            bits ^= lowest

    def _fitting_products(self, facts: Facts) -> int:
        bits, by_value = self._products
        for product in facts.products:
            bits |= by_value.get(product.casefold(), 0)
        return bits


class _Amounts:
    """Which rules fit an amount: a bit vector for each stretch between two bounds, by currency."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._free = _bits(number for number, rule in enumerate(rules) if not rule.currency)
        changes: dict[str, dict[Decimal, int]] = {}
        for number, rule in enumerate(rules):
            if rule.currency:
                bounds = changes.setdefault(rule.currency, {})
                least = Decimal() if rule.least is None else rule.least
                bounds[least] = bounds.get(least, 0) ^ (1 << number)
                if rule.below is not None:
                    bounds[rule.below] = bounds.get(rule.below, 0) ^ (1 << number)
        self._stretches = {currency: _stretches(bounds) for currency, bounds in changes.items()}

    def fitting(self, facts: Facts) -> int:
        stretches = self._stretches.get(facts.currency)
        if stretches is None or facts.amount is None:
            return self._free
        bounds, bits = stretches
        return self._free | bits[bisect_right(bounds, facts.amount)]


def _by_value(rules: Sequence[Rule], name: str) -> tuple[int, dict[str, int]]:
    """The rules that fit a value nobody names, and those that fit each that somebody does."""
    free = 0
    named: dict[str, int] = {}
    for number, rule in enumerate(rules):
        values = {value.casefold() for value in getattr(rule, name)}
        if not values:
            free |= 1 << number
        for value in values:
            named[value] = named.get(value, 0) | 1 << number
    return free, {value: bits | free for value, bits in named.items()}


def _stretches(changes: Mapping[Decimal, int]) -> tuple[list[Decimal], list[int]]:
    """The bounds in order, and the rules that fit before the first, and from each one on."""
    bounds = sorted(changes)
    bits = [0]
    for bound in bounds:
        bits.append(bits[-1] ^ changes[bound])
    return bounds, bits


def _bits(numbers: Iterator[int]) -> int:
    bits = 0
    for number in numbers:
        bits |= 1 << number
    return bits


def campaign_of(campaign_id: UUID | None) -> str:
    """How facts and conditions write a campaign."""
    return "" if campaign_id is None else str(campaign_id)
