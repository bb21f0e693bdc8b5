"""The formulas of an evaluation (REP-01)."""

from decimal import Decimal

import pytest

from services.reporting.evaluation import formulas
from services.reporting.evaluation.formulas import FORMULAS, Facts, Value, attain, evaluate

FACTS = Facts(
    targets=200,
    executed_targets=150,
    responses=40,
    responding_targets=30,
    leads=20,
    valid_leads=12,
    opportunities=3,
    budget=Decimal(5000),
    committed=Decimal(500),
    direct_cost=Decimal(2400),
    allocated_cost=Decimal(600),
    revenue=Decimal(12000),
    contracts=2,
    currency="EUR",
)


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("targets", 200, "targets"),
        ("executed_targets", 150, "targets"),
        ("response_rate", Decimal("0.2000"), "ratio"),
        ("valid_leads", 12, "leads"),
        ("lead_conversion", Decimal("0.0800"), "ratio"),
        ("direct_cost", Decimal("2400.0000"), "EUR"),
        ("allocated_cost", Decimal("600.0000"), "EUR"),
        ("cost", Decimal("3000.0000"), "EUR"),
        ("cost_per_lead", Decimal("250.0000"), "EUR"),
        ("revenue", Decimal("12000.0000"), "EUR"),
        ("roi", Decimal("3.0000"), "ratio"),
    ],
)
def test_a_figure_follows_its_formula(name: str, value: Value, unit: str) -> None:
    figure = evaluate(FACTS)[name]
    assert (figure.value, figure.unit) == (value, unit)


@pytest.mark.parametrize("name", ["response_rate", "lead_conversion", "cost_per_lead", "roi"])
def test_a_ratio_over_nothing_has_no_value(name: str) -> None:
    assert evaluate(Facts(currency="EUR"))[name].value is None


@pytest.mark.parametrize(("reached", "rate"), [(16, "0.0625"), (32, "0.0313"), (64, "0.0156")])
def test_a_ratio_is_rounded_half_up_to_four_places(reached: int, rate: str) -> None:
    figure = evaluate(Facts(executed_targets=reached, responding_targets=1))["response_rate"]
    assert figure.value == Decimal(rate)


def test_revenue_without_contracts_says_that_none_are_recorded() -> None:
    figure = evaluate(Facts(currency="EUR"))["revenue"]
    assert (figure.value, figure.note) == (0, formulas.NO_CONTRACTS)


def test_costs_in_several_currencies_are_not_added() -> None:
    figures = evaluate(Facts(valid_leads=3, direct_cost=None, budget=None, committed=None, currency="EUR"))
    for name in ("cost", "direct_cost", "cost_per_lead"):
        assert (figures[name].value, figures[name].note) == (None, formulas.CURRENCIES_DIFFER)
    assert figures["roi"].value is None


def test_a_goal_is_attained_by_its_figure_over_its_target() -> None:
    [goal] = attain([("valid_leads", Decimal(16))], evaluate(FACTS))
    assert (goal.actual, goal.attainment) == (12, Decimal("0.7500"))
    assert goal.sources == FORMULAS["valid_leads"].sources


def test_a_goal_without_a_figure_says_so() -> None:
    [goal] = attain([("applause", Decimal(5))], evaluate(FACTS))
    assert (goal.actual, goal.attainment) == (None, None)
    assert goal.note == "no figure is named applause"


def test_a_goal_of_zero_has_no_attainment() -> None:
    [goal] = attain([("responses", Decimal(0))], evaluate(FACTS))
    assert (goal.actual, goal.attainment) == (40, None)
