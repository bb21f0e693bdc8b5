"""What a planner may hand in, and the rules a design must meet before it is kept.

Amounts are in the design's currency and carry at most as many decimals as that currency has
(ISO 4217 minor units, from the CLDR data that babel ships).
"""

from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol
from uuid import UUID

from babel.numbers import get_currency_precision, list_currencies

from contracts.campaign import Goal
from services.campaign.catalogue.model import KINDS, METRICS, PURCHASES, PURPOSES
from services.campaign.catalogue.usage import Use

CEILING = Decimal("99999999999999")
"""The largest amount, and the largest total, that the ledgers can hold."""

GOAL_DECIMALS = 4
HIGHEST_SCORE = 10

Problems = dict[str, list[str]]


class Period(Protocol):
    """Whatever has a first and a last day, both included; None: open."""

    @property
    def starts_on(self) -> date | None: ...
    @property
    def ends_on(self) -> date | None: ...


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    """A budget line as handed in. Without ``line_id`` it goes on as the line of its name, or is a new one.

    The rest is as in ``contracts.campaign.BudgetLine``.
    """

    name: str
    amount: Decimal
    line_id: UUID | None = None
    kind: str | None = None
    responsible: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    on_breach: Literal["stop", "warn", "ignore"] = "stop"


@dataclass(frozen=True, kw_only=True)
class Design:
    """Everything about a campaign that its planner decides, waves and the rest of the audience apart.

    ``click_means`` and ``interested_from`` (the least score of a survey, 0 to 10) judge answers that do not
    say it themselves. ``leads_from``: whether an interested answer is a lead at once, or follow-ups choose.
    ``region`` alone means the only one; beside ``regions`` it must be the first of them.
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
    regions: list[str] = field(default_factory=list)
    is_template: bool = False

    @property
    def all_regions(self) -> list[str]:
        """Where it takes place, the main region first."""
        return self.regions or ([self.region] if self.region else [])

    @property
    def uses(self) -> list[Use]:
        """Every code of a list that it names."""
        return [
            Use("kind", KINDS, self.kind),
            *(Use(f"purposes.{place}", PURPOSES, code) for place, code in enumerate(self.purposes)),
            *(Use(f"goals.{place}.metric", METRICS, goal.metric) for place, goal in enumerate(self.goals)),
            *(
                Use(f"budget.{place}.kind", PURCHASES, line.kind)
                for place, line in enumerate(self.budget)
                if line.kind is not None
            ),
        ]


def problems_of(design: Design, *, lines: Set[UUID] = frozenset()) -> Problems:
    """What is wrong with ``design``, as reasons by field; empty when it may be kept.

    ``lines`` are the budget lines that the campaign has already: no others may be named by their id.
    """
    problems: Problems = {}
    if design.ends_on < design.starts_on:
        problems["ends_on"] = ["lies before starts_on"]
    for name in ("purposes", "products", "regions"):
        if repeats := _repeated(getattr(design, name)):
            problems[name] = [f"names {repeat} more than once" for repeat in repeats]
    if design.region and design.regions and design.region != design.regions[0]:
        problems["region"] = ["is not the first of regions"]
    if problem := score_problem(design.interested_from):
        problems["interested_from"] = [problem]
    problems |= _goal_problems(design.goals)
    problems |= _line_problems(design.budget, known=lines)
    for place, line in enumerate(design.budget):
        problems |= period_problems(line, design, field=f"budget.{place}")
    return problems | _money_problems(design)


def period_problems(line: Period, within: Period, *, field: str) -> Problems:
    """What is wrong with the dates of a budget line, or of another part of a plan, by itself and in it."""
    problems: Problems = {}
    for name in ("starts_on", "ends_on"):
        day = getattr(line, name)
        if day is not None and not (within.starts_on or day) <= day <= (within.ends_on or day):
            problems[f"{field}.{name}"] = [
                f"lies outside the campaign ({within.starts_on} to {within.ends_on})"
            ]
    if line.starts_on and line.ends_on and line.ends_on < line.starts_on:
        problems[f"{field}.ends_on"] = ["lies before starts_on"]
    return problems


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
    for place, line in enumerate(design.budget):
        if problem := amount_problem(line.amount, design.currency):
            problems[f"budget.{place}.amount"] = [problem]
    if not problems and sum(line.amount for line in design.budget) > CEILING:
        problems["budget"] = [f"adds up to more than {CEILING}"]
    return problems


def amount_problem(amount: Decimal, currency: str) -> str | None:
    """What is wrong with ``amount`` as money in ``currency``; None when nothing is."""
    if not 0 <= amount <= CEILING:
        return f"must be between 0 and {CEILING}"
    precision = get_currency_precision(currency)
    if decimals(amount) > precision:
        return f"has more decimals than {currency} has ({precision})"
    return None


def decimals(amount: Decimal) -> int:
    """How many decimals ``amount`` needs; trailing zeros do not count."""
    _, digits, exponent = amount.as_tuple()
    if not isinstance(exponent, int) or not any(digits):
        return 0
    written = "".join(map(str, digits))
    return max(0, -exponent - (len(written) - len(written.rstrip("0"))))


def _repeated(values: Iterable[str]) -> list[str]:
    return sorted(value for value, times in Counter(values).items() if times > 1)
