"""Points for what is known of a lead, by rules that are data. Pure: facts and rules in, score out.

A rule gives its points once for a condition on the lead, or once for each touch that it fits. With a
half-life they decay: after so many days half of them are left (exponential decay, points times 2 to the minus
age over half-life), counted from the touch, or from the capture of the lead.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Literal, get_args

Op = Literal["eq", "ne", "in", "not_in", "at_least", "at_most", "contains", "known"]
OPS: tuple[Op, ...] = get_args(Op)
Fact = str | Decimal | int | bool | list[str] | None

LEAD_FACTS = (
    *("source", "region", "intent", "products", "likelihood", "expected_amount", "expected_currency"),
    *("has_needs", "from_campaign", "survey_score", "touches", "days_since_touch", "language"),
    *("contact_kind", "contact_country", "contact_language", "has_email", "has_phone", "has_company"),
    *("consents", "customer_kind"),
)
TOUCH_FACTS = ("kind", "verdict")

_TENTH = Decimal("0.1")
_DAY_SECONDS = 86400


@dataclass(frozen=True)
class Condition:
    """``fact op value``; a fact that is not known fits nothing but ``ne`` and ``not_in``."""

    fact: str
    op: Op
    value: Any = None

    def holds(self, facts: Mapping[str, Fact]) -> bool:
        """Whether it fits."""
        known = facts.get(self.fact)
        if self.op == "known":
            return (known not in (None, "", [])) == (self.value is not False)
        if known is None:
            return self.op in ("ne", "not_in")
        return _TESTS[self.op](known, self.value)


@dataclass(frozen=True)
class Rule:
    """``points`` where all conditions hold; of touches, ``most`` of them count."""

    name: str
    points: Decimal
    when: tuple[Condition, ...]
    per_touch: bool = False
    most: int | None = None
    half_life_days: Decimal | None = None


@dataclass(frozen=True)
class Band:
    """From so many points on, this grade is proposed."""

    grade: str
    points: Decimal


@dataclass(frozen=True)
class Touch:
    """An answer of the contact."""

    kind: str
    verdict: str
    at: datetime


@dataclass(frozen=True)
class Facts:
    """What is known of a lead, its contact and its touches."""

    lead: Mapping[str, Fact]
    captured_at: datetime
    touches: Sequence[Touch] = ()


@dataclass(frozen=True)
class Reason:
    """What a rule gave: ``points`` are left of the ``whole``, from ``times`` touches or one lead."""

    rule: str
    points: Decimal
    whole: Decimal
    times: int


@dataclass(frozen=True)
class Score:
    """Points, the grade that they propose, and where they come from, the weightiest first."""

    points: Decimal
    proposed_grade: str | None
    reasons: Sequence[Reason] = field(default_factory=tuple)


def score(facts: Facts, rules: Sequence[Rule], bands: Sequence[Band], *, at: datetime) -> Score:
    """How promising a lead is at a moment. What a rule gives nothing for is no reason."""
    reasons = [reason for rule in rules if (reason := _reason(facts, rule, at=at))]
    points = sum((reason.points for reason in reasons), Decimal()).quantize(_TENTH)
    weighty = sorted(reasons, key=lambda reason: (-abs(reason.points), reason.rule))
    return Score(points, grade_of(points, bands), tuple(weighty))


def grade_of(points: Decimal, bands: Sequence[Band]) -> str | None:
    """The grade of the highest band that is reached; None below all of them."""
    reached = [band for band in bands if points >= band.points]
    return max(reached, key=lambda band: band.points).grade if reached else None


def _reason(facts: Facts, rule: Rule, *, at: datetime) -> Reason | None:
    moments = _moments(facts, rule)
    if not moments:
        return None
    points = sum((_left(rule, moment, at=at) for moment in moments), Decimal())
    return Reason(
        rule.name, points.quantize(_TENTH, ROUND_HALF_EVEN), rule.points * len(moments), len(moments)
    )


def _moments(facts: Facts, rule: Rule) -> list[datetime]:
    """Since when each of the points of a rule decays, the freshest first; none where it does not fit."""
    if not rule.per_touch:
        fits = all(one.holds(facts.lead) for one in rule.when)
        return [facts.captured_at] if fits else []
    fitting = [
        touch.at
        for touch in facts.touches
        if all(one.holds({"kind": touch.kind, "verdict": touch.verdict}) for one in rule.when)
    ]
    return sorted(fitting, reverse=True)[: rule.most]


def _left(rule: Rule, since: datetime, *, at: datetime) -> Decimal:
    if rule.half_life_days is None:
        return rule.points
    age = max(0.0, (at - since).total_seconds()) / _DAY_SECONDS
    return rule.points * Decimal(str(0.5 ** (age / float(rule.half_life_days))))


def _folded(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


def _is_in(known: Fact, value: Any) -> bool:
    wanted = {_folded(one) for one in value}
    return any(_folded(one) in wanted for one in (known if isinstance(known, list) else [known]))


def _number(value: object) -> Decimal | None:
    return (
        Decimal(str(value))
        if isinstance(value, Decimal | int | float) and not isinstance(value, bool)
        else None
    )


def _compares(known: Fact, value: Any, test: Callable[[Decimal, Decimal], bool]) -> bool:
    left, right = _number(known), _number(value)
    return left is not None and right is not None and test(left, right)


def _equals(known: Fact, value: Any) -> bool:
    if isinstance(known, list):
        return _is_in(known, [value])
    if isinstance(known, bool) or isinstance(value, bool):
        return known is value
    numbers = _number(known), _number(value)
    return numbers[0] == numbers[1] if None not in numbers else _folded(known) == _folded(value)


def _contains(known: Fact, value: Any) -> bool:
    texts = known if isinstance(known, list) else [known]
    return any(str(value).casefold() in str(text).casefold() for text in texts)


_TESTS: Mapping[str, Callable[[Fact, Any], bool]] = {
    "eq": _equals,
    "ne": lambda known, value: not _equals(known, value),
    "in": _is_in,
    "not_in": lambda known, value: not _is_in(known, value),
    "at_least": lambda known, value: _compares(known, value, lambda left, right: left >= right),
    "at_most": lambda known, value: _compares(known, value, lambda left, right: left <= right),
    "contains": _contains,
}
