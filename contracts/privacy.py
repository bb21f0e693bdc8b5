"""What a service answers when a person asks for their data or for its erasure.

Each service has an event of its own of this form, since an event has one producer.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec

from contracts.event import PAGE_LIMIT, Code, Count, Event, Moment, Part, Text


class HeldRecord(Part, kw_only=True):
    """One thing that a service holds about a person: what it is, from when, and its fields as text."""

    kind: Code
    at: Moment | None = None
    fields: dict[str, Text]


class DataAnswered(Event, kw_only=True):
    """One page of an answer; pages count from 1 to ``pages``.

    ``held`` counts all that the service held, ``erased`` what it took away or made anonymous, ``kept``
    says what stays and why. ``records`` are what it held, in an answer to a request for a copy.
    """

    request_id: UUID
    page: Annotated[int, msgspec.Meta(ge=1)]
    pages: Annotated[int, msgspec.Meta(ge=1)]
    held: Count
    erased: Count
    kept: list[Text] = []
    records: Annotated[list[HeldRecord], msgspec.Meta(max_length=PAGE_LIMIT)] = []
    answered_at: Moment


A = TypeVar("A", bound=DataAnswered)

LONGEST = 2000
"""Most characters of a field; what is longer is cut."""


def record(kind: str, at: datetime | None, fields: Mapping[str, object]) -> HeldRecord:
    """A record of what is there of ``fields``, as text."""
    there = {name: value for name, value in fields.items() if value not in (None, "", [], {})}
    return HeldRecord(kind=kind, at=at, fields={name: _text(value) for name, value in there.items()})


def pages_of(
    body: type[A],
    *,
    request_id: UUID,
    answered_at: datetime,
    records: Sequence[HeldRecord] = (),
    held: int = 0,
    erased: int = 0,
    kept: Sequence[str] = (),
) -> list[A]:
    """The events of an answer: at least one, the figures on each."""
    starts = range(0, len(records), PAGE_LIMIT) or range(1)
    return [
        body(
            request_id=request_id,
            page=number,
            pages=len(starts),
            held=held,
            erased=erased,
            kept=list(kept),
            records=list(records[start : start + PAGE_LIMIT]),
            answered_at=answered_at,
        )
        for number, start in enumerate(starts, start=1)
    ]


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    plain = value if isinstance(value, str) else msgspec.json.encode(value, enc_hook=str).decode()
    return plain[:LONGEST]
