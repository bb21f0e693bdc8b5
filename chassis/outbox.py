"""Events leave a service by way of its own database.

An action publishes in its transaction; the rows are written last, right before the commit, when
every aggregate row it changed is already locked. So the outbox ids of one aggregate grow in the
order of its commits, and a relay that reads by id keeps that order.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Column, Table, Text, orm

from chassis import tracing
from chassis.clock import now
from chassis.closing import write_last
from chassis.columns import Serial
from chassis.database import Aggregate, metadata
from chassis.ids import new_id
from contracts.event import Event, declaration_of

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("time", Text, nullable=False),
    Column("traceparent", Text),
    Column("data", Text, nullable=False),
)

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True)
class Outgoing:
    """An event as it waits in the outbox, written as on the wire. ``data`` is the JSON body."""

    id: int
    event_id: str
    type: str
    subject: str
    sequence: int
    time: str
    traceparent: str | None
    data: str


class Versioned(Protocol):
    """What stands for an aggregate that was changed without the mapper, its version not yet raised."""

    id: UUID
    version: int


def publish(session: orm.Session, aggregate: Aggregate | Versioned, event: Event) -> None:
    """Put ``event`` about ``aggregate`` into this transaction's outbox and raise the aggregate's version.

    The subject is ``<kind>/<aggregate id>`` and the sequence is the new version, so that a reader
    sees a gap or a repeat. Raises KeyError for an event class that no contract declares.
    """
    declaration = declaration_of(type(event))
    aggregate.version += 1
    row = {
        "event_id": str(new_id()),
        "type": declaration.type,
        "subject": f"{declaration.aggregate}/{aggregate.id}",
        "sequence": aggregate.version,
        "time": now().isoformat(timespec="microseconds"),
        "traceparent": tracing.current(),
        "data": _encoder.encode(event).decode(),
    }
    write_last(session, outbox, row)


def _wake(session: orm.Session) -> None:
    session.info["database"].wake_up.set()


outbox.info["after_commit"] = (_wake,)
