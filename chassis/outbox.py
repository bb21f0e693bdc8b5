"""Events leave a service by way of its own database.

An action publishes in its transaction; the rows are written last, right before the commit, when
every aggregate row it changed is already locked. So the outbox ids of one aggregate grow in the
order of its commits, and a relay that reads by id keeps that order.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Column, Table, Text, Uuid, insert, orm
from sqlalchemy import event as orm_event

from chassis import tracing
from chassis.clock import now
from chassis.columns import Moment, Serial
from chassis.database import Aggregate, Session, metadata
from chassis.ids import new_id
from contracts.event import Event, declaration_of

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("event_id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("time", Moment, nullable=False),
    Column("traceparent", Text),
    Column("data", Text, nullable=False),
)

_encoder = msgspec.json.Encoder()
_PENDING = "outbox"
_Pending = tuple[orm.SessionTransaction | None, dict[str, Any]]


@dataclass(frozen=True)
class Outgoing:
    """An event as it waits in the outbox. ``data`` is the JSON body."""

    id: int
    event_id: UUID
    type: str
    subject: str
    sequence: int
    time: datetime
    traceparent: str | None
    data: str


def publish(session: orm.Session, aggregate: Aggregate, event: Event) -> None:
    """Put ``event`` about ``aggregate`` into this transaction's outbox and raise the aggregate's version.

    The subject is ``<kind>/<aggregate id>`` and the sequence is the new version, so that a reader
    sees a gap or a repeat. Raises KeyError for an event class that no contract declares.
    """
    declaration = declaration_of(type(event))
    aggregate.version += 1
    row = {
        "event_id": new_id(),
        "type": declaration.type,
        "subject": f"{declaration.aggregate}/{aggregate.id}",
        "sequence": aggregate.version,
        "time": now(),
        "traceparent": tracing.current(),
        "data": _encoder.encode(event).decode(),
    }
    session.info.setdefault(_PENDING, []).append((session.get_nested_transaction(), row))


@orm_event.listens_for(Session, "before_commit")
def _write(session: orm.Session) -> None:
    # A savepoint's release comes here too; what is written under it would vanish with an outer one.
    if session.in_nested_transaction():
        return
    pending: list[_Pending] | None = session.info.pop(_PENDING, None)
    if pending:
        session.flush()
        session.execute(insert(outbox), [row for _, row in pending])
        session.info["shipping"] = True


@orm_event.listens_for(Session, "after_commit")
def _wake(session: orm.Session) -> None:
    if not session.in_nested_transaction() and session.info.pop("shipping", False):
        session.info["database"].wake_up.set()


@orm_event.listens_for(Session, "after_soft_rollback")
def _forget(session: orm.Session, ended: orm.SessionTransaction) -> None:
    kept = [(under, row) for under, row in session.info.pop(_PENDING, ()) if not _is_within(under, ended)]
    if kept:
        session.info[_PENDING] = kept


def _is_within(savepoint: orm.SessionTransaction | None, ended: orm.SessionTransaction) -> bool:
    """Whether what was published under ``savepoint`` is undone together with ``ended``."""
    while savepoint is not None and savepoint is not ended:
        savepoint = savepoint.parent
    return savepoint is ended or ended.parent is None
