"""The rules that a design must meet, each broken once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chassis.ids import new_id
from contracts.campaign import Goal
from services.campaign.planning.design import CEILING, DraftLine, problems_of
from tests.services.campaign.builders import a_design

A_LINE = DraftLine(name="venue", amount=Decimal(1))


def line(amount: str, name: str = "venue") -> DraftLine:
    return DraftLine(name=name, amount=Decimal(amount))


def goal(target: str, metric: str = "responses") -> Goal:
    return Goal(metric=metric, target=Decimal(target))


def test_a_sound_design_has_no_problems() -> None:
    assert problems_of(a_design()) == {}


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("ends_on", {"starts_on": date(2026, 12, 2), "ends_on": date(2026, 12, 1)}),
        ("currency", {"currency": "QQQ"}),
        ("goals", {"goals": [goal("1"), goal("2")]}),
        ("goals.1.target", {"goals": [goal("1"), goal("0", "revenue")]}),
        ("goals.0.target", {"goals": [goal("1.00001")]}),
        ("budget", {"budget": [line("1"), line("2")]}),
        ("budget", {"budget": [line(str(CEILING), "a"), line("1", "b")]}),
        ("budget.1.amount", {"budget": [line("1", "a"), line("-0.01", "b")]}),
        ("budget.0.amount", {"budget": [line("1.005")]}),
        ("budget.0.amount", {"budget": [line("9E+999999"), line("9E+999999", "b")]}),
        ("budget.0.amount", {"budget": [line("1." + "0" * 40 + "1")]}),
        ("budget.0.amount", {"currency": "JPY", "budget": [line("100.5")]}),
        ("budget.0.line_id", {"budget": [DraftLine(name="a", amount=Decimal(1), line_id=new_id())]}),
        ("purposes", {"purposes": ["brand", "brand"]}),
        ("products", {"products": ["X1", "X1"]}),
        ("regions", {"regions": ["north", "north"]}),
        ("region", {"regions": ["north", "east"], "region": "east"}),
        ("budget.0.ends_on", {"budget": [replace(A_LINE, ends_on=date(2027, 3, 1))]}),
        ("budget.0.starts_on", {"budget": [replace(A_LINE, starts_on=date(2026, 11, 30))]}),
        (
            "budget.0.ends_on",
            {"budget": [replace(A_LINE, starts_on=date(2027, 1, 2), ends_on=date(2027, 1, 1))]},
        ),
    ],
)
def test_a_broken_rule_is_named_by_its_field(field: str, changes: dict[str, Any]) -> None:
    assert field in problems_of(a_design(**changes))


@pytest.mark.parametrize(
    ("currency", "amount"),
    [("EUR", "10.50"), ("EUR", "10.5000"), ("JPY", "1000"), ("KWD", "1.125"), ("EUR", "0"), ("EUR", "1E+3")],
)
def test_amounts_may_use_the_decimals_of_their_currency(currency: str, amount: str) -> None:
    assert problems_of(a_design(currency=currency, budget=[line(amount)])) == {}


def test_a_line_is_named_by_its_id_only_once() -> None:
    line_id = new_id()
    twice = [DraftLine(name=name, amount=Decimal(1), line_id=line_id) for name in ("a", "b")]
    assert "budget.1.line_id" in problems_of(a_design(budget=twice), lines={line_id})


def test_all_problems_are_told_at_once() -> None:
    design = a_design(currency="QQQ", purposes=["brand", "brand"], goals=[goal("-1")])
    assert set(problems_of(design)) == {"currency", "purposes", "goals.0.target"}
