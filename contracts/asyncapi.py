"""The AsyncAPI 3.0.0 document: every event as others meet it on the broker.

An event type is a channel, that is a routing key on its producer's exchange; a queue is a channel
that collects the types it follows. Producers send on the first kind and services receive on the second.
"""

from typing import Any

import yaml

from contracts.event import Declaration
from contracts.schemas import Schema, declared, readers_of, schema_of
from contracts.topology import PRODUCERS, QUEUES, Queue

BINDING = {"bindingVersion": "0.3.0"}

DESCRIPTION = """\
Events of Fanfare. They travel over AMQP 0-9-1 as CloudEvents 1.0 in binary mode: attributes in `ce-`
headers, the data in the body as JSON. Each producing service has one durable topic exchange; the
routing key is the event type. Bind a queue of your own to read; events of one subject arrive in
the order of `ce-sequence`. Delivery is at least once: drop an event whose `ce-id` you have seen.
"""


_Dumper: Any = type("_Dumper", (getattr(yaml, "CSafeDumper", yaml.SafeDumper),), {})
"""Writes texts of several lines as blocks. Where libyaml is there it writes the same, nine times as fast."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def as_yaml() -> str:
    """The document as YAML."""
    return yaml.dump(document(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def document() -> dict[str, Any]:
    """The document as plain dicts and lists."""
    events = declared()
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Fanfare events", "version": "1.0.0", "description": DESCRIPTION},
        "defaultContentType": "application/json",
        "servers": {
            "broker": {
                "host": "{host}",
                "protocol": "amqp",
                "protocolVersion": "0.9.1",
                "description": "The RabbitMQ that the services share.",
                "variables": {"host": {"default": "localhost:5672", "description": "Its host and port."}},
            }
        },
        "channels": {event.type: _event_channel(event) for event in events}
        | {queue.name: _queue_channel(queue, events) for queue in QUEUES.values()},
        "operations": {_send_name(event): _send(event) for event in events}
        | {_receive_name(queue): _receive(queue, events) for queue in QUEUES.values()},
        "components": {"messages": {event.type: _message(event) for event in events}},
    }


def _event_channel(event: Declaration) -> dict[str, Any]:
    exchange = {"name": event.exchange, "type": "topic", "durable": True, "autoDelete": False, "vhost": "/"}
    return {
        "address": event.type,
        "title": event.type,
        "messages": {event.type: {"$ref": f"#/components/messages/{event.type}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, **BINDING}},
    }


def _queue_channel(queue: Queue, events: list[Declaration]) -> dict[str, Any]:
    binding = {"name": queue.name, "durable": True, "exclusive": False, "autoDelete": False, "vhost": "/"}
    lanes = f" Split into {queue.lanes} lanes by a hash of the subject." if queue.lanes > 1 else ""
    return {
        "address": queue.name,
        "title": queue.name,
        "description": f"Quorum queue of {queue.service}; follows {_listed(queue.follows)}.{lanes}",
        "messages": {
            event.type: {"$ref": f"#/components/messages/{event.type}"}
            for event in events
            if queue in readers_of(event)
        },
        "bindings": {"amqp": {"is": "queue", "queue": binding, **BINDING}},
    }


def _send_name(event: Declaration) -> str:
    return f"{event.producer}.send.{event.type}"


def _send(event: Declaration) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{event.type}"},
        "summary": f"The {event.producer} service publishes {event.type}.",
        "messages": [{"$ref": f"#/channels/{event.type}/messages/{event.type}"}],
        "tags": [{"name": event.producer}],
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": True, **BINDING}},
    }


def _receive_name(queue: Queue) -> str:
    return f"{queue.service}.receive.{queue.name}"


def _receive(queue: Queue, events: list[Declaration]) -> dict[str, Any]:
    return {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{queue.name}"},
        "summary": f"The {queue.service} service reads {queue.name}.",
        "messages": [
            {"$ref": f"#/channels/{queue.name}/messages/{event.type}"}
            for event in events
            if queue in readers_of(event)
        ],
        "tags": [{"name": queue.service}],
        "bindings": {"amqp": {"ack": True, **BINDING}},
    }


def _message(event: Declaration) -> dict[str, Any]:
    schema = schema_of(event)
    return {
        "name": event.type,
        "title": event.body.__name__,
        "summary": schema["description"],
        "contentType": "application/json",
        "headers": _headers(event),
        "payload": {"$ref": f"./schemas/{event.type}.json"},
        "bindings": {"amqp": {"contentEncoding": "utf-8", "messageType": event.type, **BINDING}},
    }


def _headers(event: Declaration) -> Schema:
    subject = f"^{event.aggregate}/[0-9a-f-]{{36}}$"
    properties = {
        "ce-specversion": {"const": "1.0"},
        "ce-id": {"type": "string", "format": "uuid", "description": "Unique; the same on every delivery."},
        "ce-source": {"const": event.source},
        "ce-type": {"const": event.type},
        "ce-subject": {
            "type": "string",
            "pattern": subject,
            "description": "The aggregate that it is about.",
        },
        "ce-sequence": {
            "type": "string",
            "pattern": "^[1-9][0-9]*$",
            "description": "Counts the events of the subject from 1, without gaps.",
        },
        "ce-time": {"type": "string", "format": "date-time", "description": "When it was committed, in UTC."},
        "traceparent": {"type": "string", "description": "W3C trace context of what caused it."},
    }
    required = [name for name in properties if name != "traceparent"]
    return {"type": "object", "required": required, "properties": properties}


def _listed(aggregates: tuple[str, ...]) -> str:
    everything = {aggregate for of_one in PRODUCERS.values() for aggregate in of_one}
    return "everything" if set(aggregates) == everything else ", ".join(aggregates)
