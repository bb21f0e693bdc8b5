"""Rules over attributes: values are compared as what they are, on both databases."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from chassis.database import Database
from chassis.errors import Invalid
from services.lead.customers.model import Contact
from services.lead.segments.rules import attributes_in, condition
from tests.services.lead.builders import MIA, add_contacts

HELD: list[tuple[str, str, object, list[int]]] = [
    ("size", "eq", "large", [0]),
    ("size", "ne", "large", [1, 2, 3]),
    ("size", "in", ["small", "large"], [0, 1]),
    ("size", "not_in", ["small"], [0, 2, 3]),
    ("size", "contains", "MAL", [1]),
    ("size", "starts_with", "l", [0]),
    ("size", "exists", True, [0, 1]),
    ("size", "exists", False, [2, 3]),
    ("seats", "eq", 7, [0]),
    ("seats", "gte", 7, [0, 1]),
    ("seats", "lt", 7.5, [0]),
    ("seats", "gt", 7, [1]),
    ("vip", "eq", True, [0]),
    ("vip", "eq", False, [1]),
    ("vip", "ne", True, [1, 2, 3]),
    ("since", "before", "2026-01-01", [1]),
    ("since", "after", "2026-01-01", [0]),
    ("size", "eq", "' OR 1=1 --", []),
]


@pytest.fixture
def held(database_of: Callable[[str], Database]) -> Callable[[object], list[int]]:
    """The places of those that a rule holds for, among four contacts; the third has other types."""
    database = database_of("lead")
    values: list[dict[str, Any]] = [
        {"size": "large", "seats": 7, "vip": True, "since": "2026-05-01"},
        {"size": "small", "seats": 9.25, "vip": False, "since": "2025-05-01"},
        {"seats": "many", "vip": "hello"},
        {},
    ]
    ids = add_contacts(database, len(values))
    with database.transaction(MIA) as session:
        for one, attributes in zip(ids, values, strict=True):
            session.execute(update(Contact).where(Contact.id == one).values(attributes=attributes))

    def places(rule: object) -> list[int]:
        with database.reading() as session:
            found = set(session.scalars(select(Contact.id).where(condition(rule))))
        return [place for place, one in enumerate(ids) if one in found]

    return places


def test_rules_hold_for_values_of_the_tests_own_type(held: Callable[[object], list[int]]) -> None:
    for code, op, value, places in HELD:
        rule = {"field": f"attribute.{code}", "op": op, "value": value}
        assert held(rule) == places, rule
        assert held({"not": rule}) == [place for place in range(4) if place not in places], rule


@pytest.mark.parametrize(
    ("field", "op", "value", "path"),
    [
        ("attribute.", "eq", 1, "field"),
        ("attribute.a'b", "eq", 1, "field"),
        ("attribute.size", "like", "x", "op"),
        ("attribute.size", ["eq"], "x", "op"),
        ("attribute.size", "contains", 1, "op"),
        ("attribute.size", "gt", "x", "op"),
        ("attribute.size", "eq", None, "value"),
        ("attribute.size", "eq", float("inf"), "value"),
        ("attribute.size", "in", [], "value"),
        ("attribute.size", "exists", "yes", "value"),
        ("attribute.size", "before", "soon", "value"),
    ],
)
def test_a_fault_is_named_by_its_path(field: str, op: object, value: object, path: str) -> None:
    with pytest.raises(Invalid) as refusal:
        condition({"all": [{"field": field, "op": op, "value": value}]})
    assert [fault["field"] for fault in refusal.value.fields] == [f"rule.all.0.{path}"]


def test_the_attributes_of_a_rule_are_named_with_their_paths() -> None:
    leaf = {"field": "attribute.size", "op": "eq", "value": "x"}
    rule = {"all": [{"not": leaf}, {"field": "region", "op": "eq", "value": "x"}]}
    assert list(attributes_in(rule)) == [("rule.all.0.not.field", "size")]
