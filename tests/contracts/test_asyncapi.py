"""The AsyncAPI document is valid by the official schema and says who sends and who receives what."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from contracts.generate import ASYNCAPI, ROOT
from contracts.schemas import declared, readers_of
from contracts.topology import QUEUES

OFFICIAL = json.loads((Path(__file__).parent / "asyncapi-3.0.0.json").read_text())

Document = dict[str, Any]


@pytest.fixture(scope="module")
def written() -> Document:
    found: Document = yaml.load((ROOT / ASYNCAPI).read_text(), Loader=yaml.CSafeLoader)
    return found


@pytest.fixture
def document(written: Document) -> Document:
    return copy.deepcopy(written)


def problems(document: Document) -> list[str]:
    return [error.message for error in jsonschema.Draft7Validator(OFFICIAL).iter_errors(document)]


def test_the_document_is_valid_by_the_official_schema(document: Document) -> None:
    assert problems(document) == []


def test_it_stays_valid_with_the_event_schemas_in_place_of_their_references(document: Document) -> None:
    for message in document["components"]["messages"].values():
        file = (ROOT / ASYNCAPI).parent / message["payload"]["$ref"]
        message["payload"] = json.loads(file.read_text())
    assert problems(document) == []


def test_the_official_schema_would_notice_a_mistake(document: Document) -> None:
    for parts in (document["channels"], document["operations"], document["components"]["messages"]):
        for name in list(parts)[2:]:
            del parts[name]
    assert problems(document) == []
    for spoil in ("action", "channel"):
        spoilt = copy.deepcopy(document)
        del next(iter(spoilt["operations"].values()))[spoil]
        assert problems(spoilt)


def test_every_reference_leads_somewhere(document: Document) -> None:
    references = list(_references(document))
    assert references
    for reference in references:
        if reference.startswith("#/"):
            place: Any = document
            for step in reference[2:].split("/"):
                place = place[step]
        else:
            assert ((ROOT / ASYNCAPI).parent / reference).is_file()


def test_every_event_is_sent_by_its_producer_over_its_exchange(document: Document) -> None:
    for event in declared():
        channel = document["channels"][event.type]
        assert channel["address"] == event.type
        assert channel["bindings"]["amqp"]["exchange"]["name"] == f"{event.producer}.events"
        operation = document["operations"][f"{event.producer}.send.{event.type}"]
        assert operation["action"] == "send"
        assert operation["channel"] == {"$ref": f"#/channels/{event.type}"}


def test_every_queue_receives_the_events_it_follows(document: Document) -> None:
    for queue in QUEUES.values():
        operation = document["operations"][f"{queue.service}.receive.{queue.name}"]
        assert operation["action"] == "receive"
        received = {message["$ref"].rpartition("/")[2] for message in operation["messages"]}
        assert received == {event.type for event in declared() if queue in readers_of(event)}
        assert received


def _references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in _references(value)]
    if isinstance(node, list):
        return [found for value in node for found in _references(value)]
    return []
