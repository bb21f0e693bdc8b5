"""The event catalogue for readers: what each event means, who sends it, who reads it, and its fields."""

import json
from collections.abc import Iterator
from typing import Any

from contracts.event import Declaration
from contracts.schemas import Schema, declared, readers_of, schema_of
from contracts.topology import PRODUCERS, QUEUES

INTRODUCTION = """\
# Events

Generated from `contracts/` by `python -m contracts.generate`; edit the structs, not this page.

Every event travels as CloudEvents 1.0 in binary mode over AMQP 0-9-1: the attributes are `ce-` headers,
`traceparent` stands beside them, and the body is the JSON described below. The exchange is a durable topic
exchange, and the routing key is the event type. `ce-subject` is `<aggregate>/<id>`; `ce-sequence` counts
the events of one subject from 1, without gaps. Delivery is at least once, so drop a `ce-id` seen before.
Amounts are decimal numbers written as text, times are UTC, and a reader ignores fields it does not know.

The same as JSON Schema: `contracts/generated/schemas/`. The same as AsyncAPI 3.0.0:
`contracts/generated/asyncapi.yaml`.
"""


def page(examples: dict[str, Any]) -> str:
    """The catalogue as Markdown. ``examples`` holds one body by event type."""
    blocks = [INTRODUCTION, "## Who reads what\n", _table(("Queue", "Service", "Follows"), _queue_rows())]
    for producer, aggregates in PRODUCERS.items():
        blocks.append(f"## From {producer}\n")
        blocks.append(_table(("Event", "When", "Delivered to"), _event_rows(producer)))
        for event in declared():
            if event.aggregate in aggregates:
                blocks += _entry(event, examples.get(event.type))
    return "\n".join(blocks)


def _queue_rows() -> Iterator[tuple[str, ...]]:
    for queue in QUEUES.values():
        yield f"`{queue.name}`", queue.service, ", ".join(queue.follows)


def _event_rows(producer: str) -> Iterator[tuple[str, ...]]:
    for event in declared():
        if event.producer == producer:
            link = f"[`{event.type}`](#{event.type.replace('.', '')})"
            readers = sorted({queue.service for queue in readers_of(event)})
            yield link, _prose(schema_of(event)["description"]), ", ".join(readers)


def _entry(event: Declaration, example: Any) -> Iterator[str]:
    schema = schema_of(event)
    facts = {
        "Producer": event.producer,
        "Exchange": f"`{event.exchange}`",
        "Routing key": f"`{event.type}`",
        "Subject": f"`{event.aggregate}/<id>`",
        "Consumers": ", ".join(f"`{queue.name}`" for queue in readers_of(event)),
    }
    yield f"### {event.type}\n"
    yield f"{_prose(schema['description'])}\n"
    yield "\n".join(f"- {name}: {value}" for name, value in facts.items()) + "\n"
    yield _fields(schema)
    for name, part in schema.get("$defs", {}).items():
        yield f"**{name}**: {_prose(part['description'])}\n"
        yield _fields(part)
    if example is not None:
        yield f"```json\n{json.dumps(example, indent=2, ensure_ascii=False)}\n```\n"


def _fields(schema: Schema) -> str:
    required = schema.get("required", [])
    rows = (
        (f"`{name}`", type_text(field), "yes" if name in required else _default(field))
        for name, field in schema["properties"].items()
    )
    return _table(("Field", "Type", "Required"), rows)


def type_text(field: Schema) -> str:
    """A field's type in words, e.g. ``text of 1 to 64`` or ``list of Goal``."""
    if "$ref" in field:
        return str(field["$ref"]).rpartition("/")[2]
    if "anyOf" in field:
        return " or ".join(type_text(choice) for choice in field["anyOf"])
    if "enum" in field:
        return " / ".join(f"`{value}`" for value in field["enum"])
    if field["type"] == "array":
        most = f", at most {field['maxItems']}" if "maxItems" in field else ""
        return f"list of {type_text(field['items'])}{most}"
    if field["type"] == "string":
        return str(field.get("description") or field.get("format") or f"text{_length(field)}")
    return f"{field['type']} from {field['minimum']}" if "minimum" in field else str(field["type"])


def _length(field: Schema) -> str:
    least, most = field.get("minLength", 0), field.get("maxLength")
    if most is None:
        return f" of {least} or more" if least else ""
    if least == most:
        return f" of {most}"
    return f" of {least} to {most}" if least else f" up to {most}"


def _default(field: Schema) -> str:
    return f"no, `{json.dumps(field['default'])}`"


def _prose(docstring: str) -> str:
    return " ".join(docstring.replace("``", "`").split())


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"
