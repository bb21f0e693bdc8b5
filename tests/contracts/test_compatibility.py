"""Every kind of breaking change is caught and named; additions pass."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from contracts.compatibility import breaks
from contracts.schemas import Schema, declared, schema_of

TYPE = "campaign.designed.v1"
SETTLED = "claim.settled.v1"
SHIPPED = {event.type: schema_of(event) for event in declared()}

Change = Callable[[dict[str, Any]], object]


def after(change: Change, wire_type: str = TYPE) -> list[str]:
    """What is reported when ``change`` was made to the schema of ``wire_type``."""
    current: dict[str, Schema] = copy.deepcopy(SHIPPED)
    change(current[wire_type])
    return breaks(SHIPPED, current)


def field(name: str, **keys: Any) -> Change:
    return lambda schema: schema["properties"][name].update(keys)


def test_nothing_changed_breaks_nothing() -> None:
    assert breaks(SHIPPED, copy.deepcopy(SHIPPED)) == []


def test_a_removed_event_is_a_break() -> None:
    current = {wire_type: schema for wire_type, schema in SHIPPED.items() if wire_type != TYPE}
    assert breaks(SHIPPED, current) == [f"{TYPE}: the event was removed"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda schema: schema["properties"].pop("region"), "region: the field was removed"),
        (lambda schema: schema["required"].append("region"), "region: the field became required"),
        (lambda schema: schema["required"].remove("name"), "name: the field became optional"),
        (field("code", type="integer"), "code: type changed from string to integer"),
        (field("campaign_id", format=None), "campaign_id: format changed from uuid to None"),
        (field("currency", pattern="^EUR$"), "currency: pattern changed from ^[A-Z]{3}$ to ^EUR$"),
        (field("name", maxLength=100), "name: maxLength was narrowed from 2000 to 100"),
        (field("name", minLength=1), "name: minLength was narrowed from None to 1"),
        (field("goals", maxItems=3), "goals: maxItems was narrowed from None to 3"),
        (field("goals", items={"type": "string"}), "goals[]: type changed from object to string"),
        (field("purposes", enum=["a"]), "purposes: the list of allowed values was introduced"),
        (
            lambda schema: schema["properties"]["region"]["anyOf"].pop(),
            "region: the choice of types changed",
        ),
        (
            lambda schema: schema["$defs"]["Goal"]["properties"].pop("metric"),
            "goals[].metric: the field was removed",
        ),
    ],
)
def test_a_breaking_change_is_named_with_its_place(change: Change, sentence: str) -> None:
    assert after(change) == [f"{TYPE} {sentence}"]


def test_a_required_field_that_is_added_is_a_break() -> None:
    def add(schema: Schema) -> None:
        schema["properties"]["colour"] = {"type": "string"}
        schema["required"].append("colour")

    assert after(add) == [f"{TYPE} colour: a required field was added"]


def test_a_value_that_is_removed_from_a_choice_is_a_break() -> None:
    assert after(lambda schema: schema["properties"]["outcome"]["enum"].remove("paid"), SETTLED) == [
        f"{SETTLED} outcome: the value paid was removed"
    ]


def test_a_value_that_is_added_to_a_choice_is_a_break_until_it_is_declared() -> None:
    current = copy.deepcopy(SHIPPED)
    current[SETTLED]["properties"]["outcome"]["enum"].append("expired")
    assert breaks(SHIPPED, current) == [
        f"{SETTLED} outcome: the value expired was added without being declared; strict readers refuse it"
    ]
    assert breaks(SHIPPED, current, frozenset({(f"{SETTLED} outcome", "expired")})) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda schema: schema["properties"].update(colour={"type": "string", "default": ""}),
        lambda schema: schema["$defs"].update(Colour={"type": "object", "properties": {}}),
        lambda schema: schema["$defs"]["Goal"]["properties"].update(weight={"type": "integer", "default": 1}),
        field("name", maxLength=4000),
        field("code", minLength=0),
        field("name", description="told better"),
    ],
)
def test_an_addition_passes(change: Change) -> None:
    assert after(change) == []


def test_a_new_event_passes() -> None:
    assert breaks(SHIPPED, {**SHIPPED, "campaign.designed.v2": SHIPPED[TYPE]}) == []


def test_a_struct_that_was_only_renamed_passes() -> None:
    def rename(schema: Schema) -> None:
        schema["$defs"]["Aim"] = schema["$defs"].pop("Goal")
        schema["properties"]["goals"]["items"]["$ref"] = "#/$defs/Aim"

    assert after(rename) == []
