"""What a planner may hand in, and the rules a design must meet before it is kept.

Amounts are in the design's currency and carry at most as many decimals as that currency has
(ISO 4217 minor units, from the CLDR data that babel ships).
"""

from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from babel.numbers import get_currency_precision, list_currencies

from contracts.campaign import Goal

KINDS = (
    "product_launch",
    "seminar",
    "exhibition",
    "advertising",
    "bulk_mail",
    "direct_mail",
    "online_promotion",
    "survey",
    "other",
)
PURPOSES = (
    "brand",
    "new_customers",
    "recruit_partners",
    "retain",
    "cross_sell",
    "up_sell",
    "win_back",
)
CEILING = Decimal("99999999999999")
"""The largest amount, and the largest total, that the ledgers can hold."""

GOAL_DECIMALS = 4
HIGHEST_SCORE = 10

Problems = dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    """A budget line as handed in. Without ``line_id`` it goes on as the line of its name, or is a new one."""

    name: str
    amount: Decimal
    line_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Design:
    """Everything about a campaign that its planner decides, waves and the rest of the audience apart.

    ``click_means`` and ``interested_from`` (the least score of a survey, 0 to 10) judge answers that do not
    say it themselves. ``leads_from``: whether an interested answer is a lead at once, or follow-ups choose.
    """

    code: str
    name: str
    kind: str
    department: str
    starts_on: date
    ends_on: date
    currency: str
    owner: str | None = None
    region: str | None = None
    segment_id: UUID | None = None
    message: str = ""
    parent_id: UUID | None = None
    click_means: Literal["interested", "undecided"] = "interested"
    interested_from: Decimal | None = None
    leads_from: Literal["answers", "follow_ups"] = "answers"
    purposes: list[str] = field(default_factory=list)
    products: list[str] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    budget: list[DraftLine] = field(default_factory=list)


def problems_of(design: Design, *, lines: Set[UUID] = frozenset()) -> Problems:
    """What is wrong with ``design``, as reasons by field; empty when it may be kept.

    ``lines`` are the budget lines that the campaign has already: no others may be named by their id.
    """
    problems: Problems = {}
    if design.ends_on < design.starts_on:
        problems["ends_on"] = ["lies before starts_on"]
    for name, values in (("purposes", design.purposes), ("products", design.products)):
        if repeats := _repeated(values):
            problems[name] = [f"names {repeat} more than once" for repeat in repeats]
    if problem := score_problem(design.interested_from):
        problems["interested_from"] = [problem]
    problems |= _goal_problems(design.goals)
    problems |= _line_problems(design.budget, known=lines)
    return problems | _money_problems(design)


def score_problem(score: Decimal | None) -> str | None:
    """What is wrong with ``score`` as a bound for those of surveys; None when nothing is."""
    if score is None or (0 <= score <= HIGHEST_SCORE and decimals(score) <= GOAL_DECIMALS):
        return None
    return f"must be from 0 to {HIGHEST_SCORE}, with at most {GOAL_DECIMALS} decimals"


def _line_problems(budget: list[DraftLine], *, known: Set[UUID]) -> Problems:
    problems: Problems = {}
    if repeats := _repeated(line.name for line in budget):
        problems["budget"] = [f"names the line {name} more than once" for name in repeats]
    named = Counter(line.line_id for line in budget)
    for place, line in enumerate(budget):
        if line.line_id is None:
            continue
        if line.line_id not in known:
            problems[f"budget.{place}.line_id"] = ["is not a line of this campaign"]
        elif named[line.line_id] > 1:
            problems[f"budget.{place}.line_id"] = ["is named more than once"]
    return problems


def _goal_problems(goals: list[Goal]) -> Problems:
    problems: Problems = {}
    if repeats := _repeated(goal.metric for goal in goals):
        problems["goals"] = [f"names the metric {metric} more than once" for metric in repeats]
    for place, goal in enumerate(goals):
        if not 0 < goal.target <= CEILING:
            problems[f"goals.{place}.target"] = [f"must be above 0 and at most {CEILING}"]
        elif decimals(goal.target) > GOAL_DECIMALS:
            problems[f"goals.{place}.target"] = [f"has more than {GOAL_DECIMALS} decimals"]
    return problems


def _money_problems(design: Design) -> Problems:
    if design.currency not in list_currencies():
        return {"currency": ["is not an ISO 4217 currency"]}
    problems: Problems = {}
    precision = get_currency_precision(design.currency)
    for place, line in enumerate(design.budget):
        if not 0 <= line.amount <= CEILING:
            problems[f"budget.{place}.amount"] = [f"must be between 0 and {CEILING}"]
        elif decimals(line.amount) > precision:
            reason = f"has more decimals than {design.currency} has ({precision})"
            problems[f"budget.{place}.amount"] = [reason]
    if not problems and sum(line.amount for line in design.budget) > CEILING:
        problems["budget"] = [f"adds up to more than {CEILING}"]
    return problems


def decimals(amount: Decimal) -> int:
    """How many decimals ``amount`` needs; trailing zeros do not count."""
    _, digits, exponent = amount.as_tuple()
    if not isinstance(exponent, int) or not any(digits):
        return 0
    written = "".join(map(str, digits))
    return max(0, -exponent - (len(written) - len(written.rstrip("0"))))


def _repeated(values: Iterable[str]) -> list[str]:
    return sorted(value for value, times in Counter(values).items() if times > 1)
