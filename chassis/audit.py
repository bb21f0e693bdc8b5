"""Who changed what: every write to a row that is audited leaves an entry, in the same transaction.

Entries are made from what the session flushes, so no action can forget one. The table only grows:
the database itself refuses to change or delete an entry.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Index, String, Table, Text, Uuid, event, inspect, orm

from chassis import clock, tracing
from chassis.closing import write_last
from chassis.columns import Document, Moment
from chassis.database import Aggregate, Audited, Session, metadata
from chassis.guards import append_only
from chassis.ids import new_id

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("roles", Document, nullable=False),
    Column("origin", Text, nullable=False),
    Column("trace_id", String(32)),
    Column("action", String(10), nullable=False),
    Column("entity", String(100), nullable=False),
    Column("entity_id", Uuid, nullable=False),
    Column("before", Document),
    Column("after", Document),
    Column("entered", BigInteger),
    Index(None, "entity", "entity_id", "id"),
    Index(None, "actor", "id"),
    Index(None, "entered", postgresql_using="brin"),
)
"""``entered`` is set by PostgreSQL alone: when the transaction began, in microseconds."""

HIDDEN = "***"
"""Stands for the value of a column marked ``info={"secret": True}``."""

_PLAIN = (str, int, bool)

STAMP = (
    "ALTER TABLE audit_entries ALTER COLUMN entered SET DEFAULT (extract(epoch FROM now()) * 1000000)::bigint"
)
"""The statement that has PostgreSQL say when. The migration runs it too."""


@event.listens_for(audit_entries, "after_create")
def _guard(_table: Table, connection: Connection, **_options: Any) -> None:
    append_only(connection, audit_entries.name, "audit entries are never changed")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(STAMP)


@dataclass(frozen=True)
class _Shape:
    """What of a mapped class is recorded: its attributes, and which of them stay hidden."""

    entity: str
    attributes: tuple[str, ...]
    secret: frozenset[str]


@event.listens_for(Session, "after_flush")
def _record(session: orm.Session, _context: object) -> None:
    entries = list(_entries(session))
    if not entries:
        return
    same = _circumstances(session)
    for one in entries:
        write_last(session, audit_entries, {"id": new_id(), **same, **one})


def entry_of_new(session: orm.Session, new: Aggregate) -> dict[str, Any]:
    """The entry of an aggregate that is inserted without a flush."""
    circumstances = _circumstances(session)
    return {"id": new_id(), **circumstances, **_entry("insert", new, before=None, after=_whole(new))}


def _circumstances(session: orm.Session) -> dict[str, Any]:
    actor = session.info.get("actor")
    return {
        "at": clock.now(),
        "actor": actor.subject if actor else f"service:{session.info['database'].service}",
        "roles": sorted(actor.roles) if actor else [],
        "origin": session.info.get("origin", ""),
        "trace_id": tracing.trace_id(),
    }


def _entries(session: orm.Session) -> Iterator[dict[str, Any]]:
    for row in session.new:
        if isinstance(row, Audited):
            yield _entry("insert", row, before=None, after=_whole(row))
    for row in session.dirty:
        if isinstance(row, Audited):
            before, after = _changes(row)
            if after:
                yield _entry("update", row, before=before, after=after)
    for row in session.deleted:
        if isinstance(row, Audited):
            yield _entry("delete", row, before=_whole(row), after=None)


def _entry(action: str, row: Audited, *, before: object, after: object) -> dict[str, Any]:
    return {
        "action": action,
        "entity": _shape_of(row).entity,
        "entity_id": getattr(row, row.audited_by),
        "before": before,
        "after": after,
    }


def _whole(row: Audited) -> dict[str, Any]:
    shape, values = _shape_of(row), row.__dict__
    return {name: _shown(shape, name, values[name]) for name in shape.attributes if name in values}


def _changes(row: Audited) -> tuple[dict[str, Any], dict[str, Any]]:
    state = inspect(row)
    shape = _shape_of(row)
    before, after = {}, {}
    # The version also moves when an event is published about a row that stays as it is.
    for name in shape.attributes:
        if name == "version":
            continue
        added, _, deleted = state.attrs[name].history
        if added and (not deleted or deleted[0] != added[0]):
            before[name] = _shown(shape, name, deleted[0]) if deleted else None
            after[name] = _shown(shape, name, added[0])
    return before, after


def _shown(shape: _Shape, name: str, value: object) -> object:
    if name in shape.secret and value is not None:
        return HIDDEN
    if value is None or type(value) in _PLAIN:
        return value
    return msgspec.to_builtins(value, enc_hook=str)


def _shape_of(row: Audited) -> _Shape:
    kind: Any = type(row)
    return _shape(kind)


@cache
def _shape(kind: Any) -> _Shape:
    mapper = inspect(kind)
    return _Shape(
        entity=str(mapper.local_table.name),
        attributes=tuple(attribute.key for attribute in mapper.column_attrs),
        secret=frozenset(
            attribute.key
            for attribute in mapper.column_attrs
            if any(column.info.get("secret") for column in attribute.columns)
        ),
    )
