"""The formulas of a campaign's evaluation (REP-01). Pure: counts go in, figures come out.

A ratio whose denominator is zero has no value. A figure says which events it was counted from, so
that each number can be traced back into the archive.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

PLACES = Decimal("0.0001")
"""Ratios and money are rounded half up to this."""

CURRENCIES_DIFFER = "budget lines in several currencies are not added"
NO_ALLOCATIONS = "no allocations recorded"
NO_CONTRACTS = "no contracts recorded"

LAUNCHED = "campaign.launched.v1"
TARGETS_CHANGED = "campaign.targets_changed.v1"
PROGRESSED = "campaign.targets_progressed.v1"
RESPONDED = "campaign.responded.v1"
OUTCOMES = "mailing.outcomes.v1"
CAPTURED = "lead.captured.v1"
JUDGED = ("lead.qualified.v1", "lead.judgement_undone.v1")
LEDGER = ("budget.opened.v1", "budget.posted.v1")

Value = int | Decimal | None
Unit = Literal["targets", "responses", "leads", "opportunities", "contracts", "money", "ratio"]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a campaign came to, counted.

    Money is in ``currency``; it is None where the budget lines are in several currencies.
    """

    targets: int = 0
    executed_targets: int = 0
    responses: int = 0
    responding_targets: int = 0
    leads: int = 0
    valid_leads: int = 0
    opportunities: int = 0
    contracts: int = 0
    budget: Decimal | None = Decimal()
    committed: Decimal | None = Decimal()
    direct_cost: Decimal | None = Decimal()
    allocated_cost: Decimal | None = Decimal()
    revenue: Decimal = Decimal()
    currency: str | None = None

    @property
    def cost(self) -> Decimal | None:
        """Direct and allocated cost together."""
        if self.direct_cost is None or self.allocated_cost is None:
            return None
        return self.direct_cost + self.allocated_cost


@dataclass(frozen=True)
class Figure:
    """A figure of an evaluation. ``unit`` is a currency code for money; ``sources`` are event types."""

    value: Value
    unit: str
    formula: str
    sources: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True)
class Attainment:
    """How far a goal was reached: ``attainment`` is actual ÷ target."""

    metric: str
    target: Decimal
    actual: Value
    unit: str | None
    attainment: Decimal | None
    sources: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True)
class Formula:
    """How a figure is computed, in words and in code, and the event types that feed it."""

    unit: Unit
    words: str
    compute: Callable[[Facts], Value]
    sources: tuple[str, ...] = ()
    note: Callable[[Facts], str | None] = lambda facts: None

    def apply(self, facts: Facts) -> Figure:
        """The figure that ``facts`` come to."""
        value = self.compute(facts)
        if isinstance(value, Decimal):
            value = value.quantize(PLACES, ROUND_HALF_UP)
        unit = (facts.currency or "") if self.unit == "money" else self.unit
        return Figure(value, unit, self.words, self.sources, self.note(facts))


def ratio(numerator: int | Decimal | None, denominator: int | Decimal | None) -> Decimal | None:
    """The quotient, or None where a part is unknown or the denominator is zero."""
    if numerator is None or not denominator:
        return None
    return Decimal(numerator) / Decimal(denominator)


def _roi(facts: Facts) -> Decimal | None:
    return None if facts.cost is None else ratio(facts.revenue - facts.cost, facts.cost)


def _no_contracts(facts: Facts) -> str | None:
    return None if facts.contracts else NO_CONTRACTS


def _currencies(facts: Facts) -> str | None:
    return CURRENCIES_DIFFER if facts.direct_cost is None else None


FORMULAS: Mapping[str, Formula] = {
    "targets": Formula(
        "targets", "length of the target list", lambda facts: facts.targets, (LAUNCHED, TARGETS_CHANGED)
    ),
    "executed_targets": Formula(
        "targets",
        "distinct targets with at least one accepted delivery",
        lambda facts: facts.executed_targets,
        (OUTCOMES,),
    ),
    "responses": Formula("responses", "answers of targets", lambda facts: facts.responses, (RESPONDED,)),
    "responding_targets": Formula(
        "targets",
        "distinct targets with at least one response",
        lambda facts: facts.responding_targets,
        (RESPONDED,),
    ),
    "response_rate": Formula(
        "ratio",
        "responding targets ÷ executed targets",
        lambda facts: ratio(facts.responding_targets, facts.executed_targets),
        (RESPONDED, OUTCOMES),
    ),
    "leads": Formula("leads", "leads captured", lambda facts: facts.leads, (CAPTURED,)),
    "valid_leads": Formula(
        "leads",
        "leads qualified as near term or long term",
        lambda facts: facts.valid_leads,
        JUDGED,
    ),
    "lead_conversion": Formula(
        "ratio",
        "valid leads ÷ executed targets",
        lambda facts: ratio(facts.valid_leads, facts.executed_targets),
        (*JUDGED, OUTCOMES),
    ),
    "budget": Formula("money", "budget of all lines", lambda facts: facts.budget, LEDGER, _currencies),
    "committed": Formula(
        "money", "commitments still open", lambda facts: facts.committed, LEDGER, _currencies
    ),
    "direct_cost": Formula(
        "money",
        "incurred on all lines but what was allocated",
        lambda facts: facts.direct_cost,
        LEDGER,
        _currencies,
    ),
    "allocated_cost": Formula(
        "money",
        "share of indirect costs, allocated to the lines",
        lambda facts: facts.allocated_cost,
        ("budget.posted.v1",),
        lambda facts: NO_ALLOCATIONS if facts.allocated_cost == 0 else _currencies(facts),
    ),
    "cost": Formula("money", "direct cost + allocated cost", lambda facts: facts.cost, LEDGER, _currencies),
    "cost_per_lead": Formula(
        "money",
        "cost ÷ valid leads",
        lambda facts: ratio(facts.cost, facts.valid_leads),
        (*LEDGER, *JUDGED),
        _currencies,
    ),
    "opportunities": Formula(
        "opportunities",
        "targets that became an opportunity or were won",
        lambda facts: facts.opportunities,
        (PROGRESSED,),
    ),
    "contracts": Formula("contracts", "contracts closed", lambda facts: facts.contracts, (), _no_contracts),
    "revenue": Formula("money", "revenue of the contracts", lambda facts: facts.revenue, (), _no_contracts),
    "roi": Formula("ratio", "(revenue − cost) ÷ cost", _roi, LEDGER, _no_contracts),
}
"""Every figure by its name."""


def evaluate(facts: Facts) -> dict[str, Figure]:
    """Every figure of a campaign, by name."""
    return {name: formula.apply(facts) for name, formula in FORMULAS.items()}


def attain(goals: Iterable[tuple[str, Decimal]], figures: Mapping[str, Figure]) -> list[Attainment]:
    """How far each goal, a pair of metric and target, was reached. A metric is the name of a figure."""
    return [_attain(metric, target, figures.get(metric)) for metric, target in goals]


def _attain(metric: str, target: Decimal, figure: Figure | None) -> Attainment:
    if figure is None:
        return Attainment(metric, target, None, None, None, (), f"no figure is named {metric}")
    reached = ratio(figure.value, target)
    if reached is not None:
        reached = reached.quantize(PLACES, ROUND_HALF_UP)
    return Attainment(metric, target, figure.value, figure.unit, reached, figure.sources, figure.note)
