"""Who changed what: every write to a row that is audited leaves an entry, in the same transaction.

Entries are made from what the session flushes, so no action can forget one. The table only grows:
the database itself refuses to change or delete an entry.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    String,
    Table,
    Text,
    Uuid,
    event,
    inspect,
    orm,
    text,
)

from chassis import audit_words, clock, tracing
from chassis.audit_words import HIDDEN
from chassis.closing import Row, write_last
from chassis.columns import Document, Moment
from chassis.database import Aggregate, Audited, Session, metadata
from chassis.guards import append_only
from chassis.ids import new_id

_FOR_OTHERS: Any = text("on_behalf_of <> ''")

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
    Column("on_behalf_of", Text, nullable=False, server_default=""),
    Column("words_digest", String(64)),
    Index(None, "entity", "entity_id", "id"),
    Index(None, "actor", "id"),
    Index(None, "entered", postgresql_using="brin"),
    Index(None, "on_behalf_of", "id", postgresql_where=_FOR_OTHERS, sqlite_where=_FOR_OTHERS),
)
"""``entered`` is set by PostgreSQL alone: when the transaction began, in microseconds."""

_PLAIN = (str, int, bool)
_FOR_WHOM = "on_behalf_of"

STAMP = (
    "ALTER TABLE audit_entries ALTER COLUMN entered SET DEFAULT (extract(epoch FROM now()) * 1000000)::bigint"
)
"""The statement that has PostgreSQL say when. The migration runs it too."""


@event.listens_for(audit_entries, "after_create")
def _guard(_table: Table, connection: Connection, **_options: Any) -> None:
    append_only(connection, audit_entries.name, "audit entries are never changed")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(STAMP)


def act_for(session: orm.Session, person: str) -> None:
    """Have the entries of this transaction say that the actor stands in for ``person``; blank is nobody."""
    session.info[_FOR_WHOM] = person


@dataclass(frozen=True)
class _Shape:
    """What of a mapped class is recorded, which of it stays hidden, and of which the words stand apart."""

    entity: str
    attributes: tuple[str, ...]
    secret: frozenset[str]
    personal: frozenset[str]


def attend() -> None:
    """Have all that sessions flush recorded. Whoever opens a ``Database`` has done it; once is enough."""
    if not event.contains(Session, "after_flush", _record):
        event.listen(Session, "after_flush", _record)


def _record(session: orm.Session, _context: object) -> None:
    changes = list(_changed_rows(session))
    if not changes:
        return
    same = _circumstances(session)
    for change in changes:
        entry, words = _entry(same, change)
        write_last(session, audit_entries, entry)
        audit_words.keep(session, entry, words)


def enter_new(session: orm.Session, new: Aggregate) -> None:
    """Write the entry of an aggregate that is inserted without a flush, as it stands at the commit."""

    if not _shape_of(new).personal:
        write_last(session, audit_entries, lambda: _entry(_circumstances(session), _as_it_is(new))[0])
        return

    @cache
    def made() -> tuple[Row, Row | None]:
        return _entry(_circumstances(session), _as_it_is(new))

    write_last(session, audit_entries, lambda: made()[0])
    write_last(session, audit_words.audit_words, lambda: audit_words.still_known(session, *made()))


def _circumstances(session: orm.Session) -> dict[str, Any]:
    actor = session.info.get("actor")
    return {
        "at": clock.now(),
        "actor": actor.subject if actor else f"service:{session.info['database'].service}",
        "roles": sorted(actor.roles) if actor else [],
        "origin": session.info.get("origin", ""),
        "trace_id": tracing.trace_id(),
        "on_behalf_of": session.info.get(_FOR_WHOM, ""),
    }


_Values = Mapping[str, Any]
_Change = tuple[str, Audited, _Values | None, _Values | None]
"""Insert, update or delete; the row; and its values before and after."""


def _changed_rows(session: orm.Session) -> Iterator[_Change]:
    for row in session.new:
        if isinstance(row, Audited):
            yield _as_it_is(row)
    for row in session.dirty:
        if isinstance(row, Audited):
            before, after = _changes(row)
            if after:
                yield "update", row, before, after
    for row in session.deleted:
        if isinstance(row, Audited):
            yield "delete", row, _whole(row), None


def _as_it_is(new: Audited) -> _Change:
    return "insert", new, None, _whole(new)


def _entry(same: Row, change: _Change) -> tuple[Row, Row | None]:
    """The entry of a change, and the words that stand apart from it, if there are any."""
    action, row, before, after = change
    shape = _shape_of(row)
    entry = {
        "id": new_id(),
        **same,
        "action": action,
        "entity": shape.entity,
        "entity_id": getattr(row, row.audited_by),
        "before": None if before is None else _shown(shape, before),
        "after": None if after is None else _shown(shape, after),
    }
    told, tells = (_words(shape, values or {}) for values in (before, after))
    return entry, audit_words.set_apart(entry, before=told, after=tells)


def _whole(row: Audited) -> dict[str, Any]:
    values = row.__dict__
    return {name: _plain(values[name]) for name in _shape_of(row).attributes if name in values}


def _changes(row: Audited) -> tuple[dict[str, Any], dict[str, Any]]:
    state = inspect(row)
    before, after = {}, {}
    # The version also moves when an event is published about a row that stays as it is.
    for name in _shape_of(row).attributes:
        if name == "version":
            continue
        added, _, deleted = state.attrs[name].history
        if added and (not deleted or deleted[0] != added[0]):
            before[name] = _plain(deleted[0]) if deleted else None
            after[name] = _plain(added[0])
    return before, after


def _shown(shape: _Shape, values: _Values) -> dict[str, Any]:
    return {name: HIDDEN if _is_hidden(shape, name, value) else value for name, value in values.items()}


def _is_hidden(shape: _Shape, name: str, value: object) -> bool:
    return (name in shape.secret and value is not None) or (name in shape.personal and bool(value))


def _words(shape: _Shape, values: _Values) -> dict[str, Any]:
    return {name: values[name] for name in shape.personal if values.get(name)} if shape.personal else {}


def _plain(value: object) -> Any:
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
        secret=_marked(mapper, "secret"),
        personal=_marked(mapper, "personal"),
    )


def _marked(mapper: Any, mark: str) -> frozenset[str]:
    """The attributes whose columns have a mark in their ``info``."""
    attributes = mapper.column_attrs
    return frozenset(one.key for one in attributes if any(column.info.get(mark) for column in one.columns))
