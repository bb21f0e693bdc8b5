"""The JSON Schema of every event, made from its struct.

Schemas are JSON Schema 2020-12. Fields with a default are optional, and further fields are allowed,
because a reader must live with the fields of a later producer.
"""

from functools import cache
from importlib import import_module
from typing import Any

import msgspec

from contracts.event import EVENTS, Declaration
from contracts.topology import PRODUCERS, QUEUES, Queue

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def declared() -> list[Declaration]:
    """Every event of every producer, in the order of declaration."""
    for producer in PRODUCERS:
        import_module(f"contracts.{producer}")
    producers = list(PRODUCERS)
    return sorted(EVENTS.values(), key=lambda event: producers.index(event.producer))


def schema_id(wire_type: str) -> str:
    """The ``$id`` of an event's schema; a name, not an address."""
    return f"urn:fanfare:event:{wire_type}"


def schema_of(event: Declaration) -> Schema:
    """The schema of the event's body, with the structs it is made of under ``$defs``."""
    made = _schemas_with(event.body)
    parts = {name: part for name, part in made.items() if name != event.body.__name__}
    body = made[event.body.__name__]
    schema = {"$schema": DIALECT, "$id": schema_id(event.type), **body, "title": event.type}
    return {**schema, "$defs": parts} if parts else schema


@cache
def _schemas_with(body: type[msgspec.Struct]) -> dict[str, Schema]:
    """The schemas of a struct and of those that it is made of: they are asked for again and again."""
    made: dict[str, Schema] = msgspec.json.schema(body)["$defs"]
    return made


def readers_of(event: Declaration) -> list[Queue]:
    """The queues that receive the event."""
    return [queue for queue in QUEUES.values() if event.aggregate in queue.follows]


def resolve(schema: Schema, root: Schema) -> Schema:
    """``schema`` itself, or what its ``$ref`` into ``root``'s ``$defs`` stands for."""
    if "$ref" not in schema:
        return schema
    part: Schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return part
