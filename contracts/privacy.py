"""What a service answers when a person asks for their data or for its erasure.

Each service has an event of its own of this form, since an event has one producer.
"""

from typing import Annotated
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
