"""Rules: what they hold for, and how their faults are named."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from chassis.database import Database
from chassis.errors import Invalid
from services.lead.customers.actions import record_consent
from services.lead.customers.model import Contact
from services.lead.customers.queries import take_contact
from services.lead.segments.rules import DEEPEST, FIELDS, MOST_TESTS, condition
from tests.services.lead.builders import MIA, add_contact

Databases = Callable[[str], Database]
Held = Callable[[object], list[str]]


def leaf(field: str, op: str, value: object) -> dict[str, object]:
    return {"field": field, "op": op, "value": value}


@pytest.fixture
def held(database_of: Databases) -> Held:
    """The given names of those that a rule holds for, among three contacts."""
    database = database_of("lead")
    ann = add_contact(database, email="ann@example.com", region="north", kind="company", company="50% Off")
    add_contact(database, given_name="Bob", phone="+14155550000", region="south", company="ACME")
    add_contact(database, given_name="Eve", email="eve@other.org", region="", language="de")
    with database.transaction(MIA) as session:
        record_consent(
            session,
            MIA,
            contact=take_contact(session, MIA, ann.id),
            channel="email",
            granted=True,
            wording="yes",
            source="fair",
        )

    def names(rule: object) -> list[str]:
        with database.reading() as session:
            return sorted(session.scalars(select(Contact.given_name).where(condition(rule))))

    return names


RULES: list[tuple[dict[str, Any], list[str]]] = [
    (leaf("region", "eq", "north"), ["Ann"]),
    (leaf("region", "ne", "north"), ["Bob", "Eve"]),
    (leaf("region", "in", ["north", "south"]), ["Ann", "Bob"]),
    (leaf("region", "not_in", ["north", "south"]), ["Eve"]),
    (leaf("company", "contains", "acm"), ["Bob"]),
    (leaf("company", "contains", "0% o"), ["Ann"]),
    (leaf("company", "contains", "_"), []),
    (leaf("company", "starts_with", "50%"), ["Ann"]),
    (leaf("email_domain", "eq", "other.org"), ["Eve"]),
    (leaf("email", "exists", False), ["Bob"]),
    (leaf("phone", "exists", True), ["Bob"]),
    (leaf("consent.email", "eq", True), ["Ann"]),
    (leaf("consent.email", "eq", False), ["Bob", "Eve"]),
    (leaf("created_at", "after", "2020-01-01"), ["Ann", "Bob", "Eve"]),
    (leaf("created_at", "before", "2020-01-01T00:00:00Z"), []),
    ({"not": leaf("language", "eq", "de")}, ["Ann", "Bob"]),
    ({"all": [leaf("region", "eq", "north"), leaf("kind", "eq", "company")]}, ["Ann"]),
    (
        {"any": [leaf("region", "eq", "south"), {"not": leaf("email", "exists", False)}]},
        ["Ann", "Bob", "Eve"],
    ),
    (leaf("region", "eq", "' OR 1=1 --"), []),
]


@pytest.mark.parametrize(("rule", "names"), RULES)
def test_a_rule_holds_for(held: Held, rule: dict[str, Any], names: list[str]) -> None:
    assert held(rule) == names


FAULTS: list[tuple[object, str]] = [
    (None, "rule"),
    ({}, "rule"),
    ([], "rule"),
    ({"all": []}, "rule.all"),
    ({"all": {}}, "rule.all"),
    ({"all": [1]}, "rule.all.0"),
    ({"any": [leaf("region", "eq", "x"), leaf("planet", "eq", "x")]}, "rule.any.1.field"),
    ({"all": [leaf("region", "eq", "x")], "any": []}, "rule.any"),
    ({"not": leaf("region", "like", "x")}, "rule.not.op"),
    (leaf("region", "eq", 1), "rule.value"),
    (leaf("region", "in", "north"), "rule.value"),
    (leaf("region", "in", []), "rule.value"),
    (leaf("region", "in", [1]), "rule.value"),
    (leaf("region", ["eq"], "x"), "rule.op"),  # type: ignore[arg-type]
    (leaf(["region"], "eq", "x"), "rule.field"),  # type: ignore[arg-type]
    (leaf("consent.email", "eq", "yes"), "rule.value"),
    (leaf("consent.pigeon", "eq", True), "rule.field"),
    (leaf("created_at", "after", "soon"), "rule.value"),
    (leaf("created_at", "after", "0001-01-01T00:00:00+23:59"), "rule.value"),
    (leaf("customer_id", "eq", "x"), "rule.value"),
    ({"field": "region", "op": "eq"}, "rule.value"),
    ({"field": "region", "op": "eq", "value": "x", "sql": "1=1"}, "rule.sql"),
    ({"all": [leaf("region", "eq", "x")] * (MOST_TESTS + 1)}, f"rule.all.{MOST_TESTS}"),
]


@pytest.mark.parametrize(("rule", "path"), FAULTS)
def test_a_fault_is_named_by_its_path(rule: object, path: str) -> None:
    with pytest.raises(Invalid) as refusal:
        condition(rule)
    assert [fault["field"] for fault in refusal.value.fields] == [path]


def test_a_rule_is_only_so_deep() -> None:
    rule: dict[str, Any] = leaf("region", "eq", "x")
    for _ in range(DEEPEST):
        rule = {"not": rule}
    with pytest.raises(Invalid, match="deep"):
        condition(rule)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(FIELDS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("all", "any", "not", "field", "op", "value")), inner, max_size=3)
    ),
    max_leaves=20,
)


@given(JSON)
def test_no_json_at_all_does_worse_than_being_refused(rule: object) -> None:
    try:
        condition(rule)
    except Invalid as refusal:
        assert refusal.fields[0]["field"].startswith("rule")
