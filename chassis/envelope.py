"""A message as it is on the wire: CloudEvents 1.0 in binary mode over AMQP 0-9-1.

Attributes travel as ``ce-`` headers, ``traceparent`` beside them, and the body is the data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from chassis.errors import OffSchema
from chassis.outbox import Outgoing
from contracts.event import EVENTS, Event

CONTENT_TYPE = "application/json"
LONGEST = 255
"""Most characters that an attribute may have; two of them must fit a key of the database."""

_decoders: dict[str, msgspec.json.Decoder[Event]] = {}


@dataclass(slots=True)
class Message:
    """An event that arrived. ``sequence`` counts the events of its subject from 1, or is None."""

    id: str
    type: str
    source: str
    subject: str
    sequence: int | None
    time: datetime
    traceparent: str | None
    headers: dict[str, Any]
    body: bytes
    event: Event | None = None

    @property
    def stream(self) -> str:
        """The name under which its order is kept; an event without a sequence is a stream of its own."""
        return f"{self.source}#{self.subject}" if self.sequence is not None else f"{self.source}!{self.id}"

    @property
    def position(self) -> int:
        """Its place in its stream, from 1."""
        return 1 if self.sequence is None else self.sequence


def headers_of(outgoing: Outgoing, source: str) -> dict[str, str]:
    """The AMQP headers of an event that leaves."""
    headers = {
        "ce-specversion": "1.0",
        "ce-id": outgoing.event_id,
        "ce-source": source,
        "ce-type": outgoing.type,
        "ce-subject": outgoing.subject,
        "ce-sequence": str(outgoing.sequence),
        "ce-time": outgoing.time,
    }
    if outgoing.traceparent:
        headers["traceparent"] = outgoing.traceparent
    return headers


def read(headers: Mapping[str, Any], body: bytes) -> Message:
    """Read the attributes of an arrived message. Raises OffSchema naming what is missing or wrong."""
    try:
        sequence = headers.get("ce-sequence")
        message = Message(
            id=headers["ce-id"],
            type=headers["ce-type"],
            source=headers["ce-source"],
            subject=headers.get("ce-subject") or headers["ce-id"],
            sequence=None if sequence is None else int(sequence),
            time=datetime.fromisoformat(headers["ce-time"]),
            traceparent=headers.get("traceparent"),
            headers=dict(headers),
            body=body,
        )
    except KeyError as missing:
        raise OffSchema(f"header {missing.args[0]} is missing") from None
    except (TypeError, ValueError) as wrong:
        raise OffSchema(f"a CloudEvents header cannot be read: {wrong}") from None
    _check_texts(message)
    if message.time.tzinfo is None:
        raise OffSchema("header ce-time has no time zone")
    if message.sequence is not None and not 1 <= message.sequence < 2**63:
        raise OffSchema("header ce-sequence counts from 1")
    return message


def _check_texts(message: Message) -> None:
    for name in ("id", "type", "source", "subject"):
        value = getattr(message, name)
        if not isinstance(value, str):
            raise OffSchema(f"header ce-{name} is not text")
        if not value or len(value) > LONGEST:
            raise OffSchema(f"header ce-{name} has {len(value)} characters, not 1 to {LONGEST}")
        if not value.isprintable():
            raise OffSchema(f"header ce-{name} has characters that cannot be printed")


def decode(message: Message) -> Event:
    """The event in the body, checked against its contract. Raises OffSchema with the field and the reason."""
    if message.event is None:
        decoder = _decoders.get(message.type) or _decoder(message.type)
        try:
            message.event = decoder.decode(message.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
            raise OffSchema(f"{message.type}: {wrong}") from None
    return message.event


def _decoder(wire_type: str) -> msgspec.json.Decoder[Event]:
    if wire_type not in EVENTS:
        raise OffSchema(f"{wire_type} is not an event that any contract declares")
    return _decoders.setdefault(wire_type, msgspec.json.Decoder(EVENTS[wire_type].body))
