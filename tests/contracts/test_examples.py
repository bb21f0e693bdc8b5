"""Every event has a hand-written example that its schema and its struct both accept."""

import copy
import json
from typing import Any

import msgspec
import pytest

from contracts.event import Declaration
from contracts.generate import EXAMPLES, ROOT, SCHEMAS, read_folder
from contracts.schemas import declared
from tests.contracts.checking import faults

EVENTS = declared()
BODIES = read_folder(ROOT / EXAMPLES)
WRITTEN = read_folder(ROOT / SCHEMAS)

every_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)


def test_every_event_has_exactly_one_example() -> None:
    assert sorted(BODIES) == sorted(event.type for event in EVENTS)


@every_event
def test_the_example_is_valid_by_the_json_schema(event: Declaration) -> None:
    assert faults(WRITTEN[event.type], BODIES[event.type]) == []


@every_event
def test_the_example_is_read_and_written_again_without_a_loss(event: Declaration) -> None:
    body = BODIES[event.type]
    read = msgspec.json.decode(json.dumps(body), type=event.body)
    assert json.loads(msgspec.json.encode(read)) == body


@every_event
def test_the_example_shows_every_field_of_the_event(event: Declaration) -> None:
    assert list(BODIES[event.type]) == list(WRITTEN[event.type]["properties"])


@every_event
def test_a_field_that_a_later_version_adds_is_ignored(event: Declaration) -> None:
    body = BODIES[event.type]
    grown = {**body, "added_later": {"anything": 1}}
    assert faults(WRITTEN[event.type], grown) == []
    read = msgspec.json.decode(json.dumps(grown), type=event.body)
    assert json.loads(msgspec.json.encode(read)) == body


@every_event
def test_schema_and_struct_agree_on_what_may_be_missing(event: Declaration) -> None:
    for field in BODIES[event.type]:
        body = {name: value for name, value in BODIES[event.type].items() if name != field}
        assert bool(faults(WRITTEN[event.type], body)) == _refuses(event, body), field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("campaign_id", "not-a-uuid"),
        ("submitted_at", "2026-11-21T09:12:44"),
        ("plan_version", 0),
        ("plan_hash", "short"),
        ("code", ""),
        ("total", {"amount": "12,50", "currency": "EUR"}),
        ("total", {"amount": "12.50", "currency": "euro"}),
    ],
)
def test_schema_and_struct_both_refuse_a_wrong_value(field: str, value: Any) -> None:
    [event] = [event for event in EVENTS if event.type == "campaign.submitted.v1"]
    body = {**copy.deepcopy(BODIES[event.type]), field: value}
    assert faults(WRITTEN[event.type], body)
    assert _refuses(event, body)


def _refuses(event: Declaration, body: object) -> bool:
    try:
        msgspec.json.decode(json.dumps(body), type=event.body)
    except msgspec.ValidationError:
        return True
    return False
