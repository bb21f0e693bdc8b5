"""One declaration per event: a frozen struct, its wire type, its producer and its aggregate.

The struct is the JSON body. Everything else on the wire (id, source, subject, sequence, time)
is a CloudEvents attribute that the chassis sets.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, TypeVar, dataclass_transform

import msgspec


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class Event(msgspec.Struct, frozen=True):
    """The body of an event. Fields unknown to a reader are ignored, so that adding one is compatible."""


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class Part(msgspec.Struct, frozen=True):
    """A piece of an event's body."""


Code = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Subject = Annotated[str, msgspec.Meta(min_length=1, max_length=255, description="who: the sub of a token")]
Text = Annotated[str, msgspec.Meta(max_length=2000)]
Currency = Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$", description="ISO 4217 code")]
Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2 code")]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Count = Annotated[int, msgspec.Meta(ge=0)]

PAGE_LIMIT = 500
"""Most entries that one page event carries."""


class Money(Part, kw_only=True):
    """An amount in one currency. The amount is a decimal string on the wire."""

    amount: Decimal
    currency: Currency


Body = type[Event]


@dataclass(frozen=True)
class Declaration:
    """How an event travels: ``type`` is also the routing key, ``producer`` names the exchange."""

    type: str
    producer: str
    aggregate: str
    body: Body

    @property
    def exchange(self) -> str:
        return f"{self.producer}.events"

    @property
    def source(self) -> str:
        return f"/{self.producer}"


EVENTS: dict[str, Declaration] = {}
"""Every declared event by its wire type."""

_BY_BODY: dict[type[Event], Declaration] = {}

E = TypeVar("E", bound=type[Event])


def event(wire_type: str, *, producer: str) -> Callable[[E], E]:
    """Declare a struct as the body of ``wire_type``, e.g. ``campaign.started.v1``.

    The first word of the type is the aggregate whose order the event keeps.
    """

    def declare(body: E) -> E:
        declaration = Declaration(wire_type, producer, wire_type.partition(".")[0], body)
        if wire_type in EVENTS:
            raise ValueError(f"{wire_type} is declared twice")
        EVENTS[wire_type] = declaration
        _BY_BODY[body] = declaration
        return body

    return declare


def declaration_of(body: type[Event]) -> Declaration:
    """The declaration of an event class. Raises KeyError for a class that is not declared."""
    return _BY_BODY[body]
