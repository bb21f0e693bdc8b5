"""What a transaction writes last: new rows it enters, its audit entries and the events it publishes.

The rows are gathered while it runs and written right before the commit. On PostgreSQL all of them
and the COMMIT itself are one message. Many rows of a table go into it as one JSON text: that costs the
driver, which quotes every value by itself, a fifth as much and the server the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Column, Dialect, LargeBinary, Table, Uuid, insert, orm
from sqlalchemy import event as orm_event

from chassis.columns import Document
from chassis.database import ALONE, Session
from chassis.postgres import type_name
from chassis.prepared import run

Row = dict[str, Any]

MANY = 6
"""From so many rows on, planning a statement that reads JSON costs less than it saves."""

_ROWS = "closing"
_CONNECTED = "connected"


def write_last(session: orm.Session, table: Table, row: Row | Callable[[], Row | None]) -> None:
    """Insert ``row``, which names every column, right before the commit; not if its savepoint is undone.

    Given as a function, the row is what it returns then; there is none where that is None. Raises
    RuntimeError in a session for reading.
    """
    if session.info["reading"]:
        raise RuntimeError("this session is for reading; changes need a transaction")
    session.info.setdefault(_ROWS, []).append((session.get_nested_transaction(), table, row))
    if session.info["database"].one_message:
        session.info[ALONE] = _write_alone


@orm_event.listens_for(Session, "after_begin")
def _note_connection(session: orm.Session, _begun: object, _connection: object) -> None:
    session.info[_CONNECTED] = True


@orm_event.listens_for(Session, "before_commit")
def _write(session: orm.Session) -> None:
    # A savepoint's release comes here too; what is written under it would vanish with an outer one.
    if not session.in_nested_transaction():
        session.flush()
        _write_gathered(session)


def _write_alone(session: orm.Session) -> None:
    """For a session in which nothing else was done."""
    _write_gathered(session)
    _wake(session)


def _write_gathered(session: orm.Session) -> None:
    gathered: list[tuple[Any, Table, Row | Callable[[], Row | None]]] = session.info.pop(_ROWS, [])
    by_table: dict[Table, list[Row]] = {}
    for _, table, row in gathered:
        if (made := row if isinstance(row, dict) else row()) is not None:
            by_table.setdefault(table, []).append(made)
    if not by_table:
        return
    if session.info["database"].one_message:
        _write_at_once(session, by_table)
    else:
        for table, rows in by_table.items():
            session.execute(insert(table), rows)
    session.info["closed"] = set(by_table)


@orm_event.listens_for(Session, "after_commit")
def _wake(session: orm.Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_CONNECTED, None)
        tables: set[Table] = session.info.pop("closed", set())
        for table in tables:
            for wake in table.info.get("after_commit", ()):
                wake(session)


@orm_event.listens_for(Session, "after_soft_rollback")
def _forget(session: orm.Session, ended: orm.SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_CONNECTED, None)
    gathered = session.info.pop(_ROWS, ())
    kept = [entry for entry in gathered if not _is_within(entry[0], ended)]
    if kept:
        session.info[_ROWS] = kept


def _write_at_once(session: orm.Session, by_table: dict[Table, list[Row]]) -> None:
    pairs = [_statement(table, rows) for table, rows in by_table.items()]
    statements = [statement for statement, _ in pairs]
    values = tuple(value for _, some in pairs for value in some)
    if session.info.get(_CONNECTED):
        connection, sql = session.connection(), "; ".join((*statements, "COMMIT"))
        run(connection, connection.connection, sql, values, read=_nothing)
        return
    # Nothing was written so far, and several statements in one message are a transaction by themselves.
    database = session.info["database"]
    with database.connection() as pooled:
        run(database.engine, pooled, "; ".join(statements), values, read=_nothing)


def _nothing(_cursor: Any, _dialect: Dialect) -> None:
    """What there is to read after an insert."""


def _statement(table: Table, rows: list[Row]) -> tuple[str, list[Any]]:
    names = tuple(rows[0])
    shape = _shapes.get((table, names))
    if shape is None:
        shape = _shapes[table, names] = _Shape.of(table, names)
    if shape.from_json and len(rows) >= MANY:
        return shape.from_json, [_json(rows)]
    one = f"({', '.join(['%s'] * len(names))})"
    values = [
        encode(value) for row in rows for encode, value in zip(shape.encoders, row.values(), strict=True)
    ]
    return f"{shape.head} VALUES {', '.join([one] * len(rows))}", values


@dataclass(frozen=True)
class _Shape:
    """How rows with certain columns go into a table. ``from_json`` is empty where JSON cannot hold them."""

    head: str
    encoders: list[Callable[[Any], Any]]
    from_json: str

    @classmethod
    def of(cls, table: Table, names: tuple[str, ...]) -> "_Shape":
        columns, quoted = [table.c[name] for name in names], [f'"{name}"' for name in names]
        head = f"INSERT INTO {table.name} ({', '.join(quoted)})"
        fields = ", ".join(
            f"{name} {type_name(column)}" for name, column in zip(quoted, columns, strict=True)
        )
        reads = f"{head} SELECT {', '.join(quoted)} FROM json_to_recordset(%s) AS entered ({fields})"
        fits = not any(isinstance(column.type, LargeBinary) for column in columns)
        return cls(head, [_encoder(column) for column in columns], reads if fits else "")


_shapes: dict[tuple[Table, tuple[str, ...]], _Shape] = {}


def _encoder(column: Column[Any]) -> Callable[[Any], Any]:
    if column.type is Document:
        return _json
    return _text if isinstance(column.type, Uuid) else _as_is


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _json(value: Any) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _as_is(value: Any) -> Any:
    return value


def _is_within(savepoint: orm.SessionTransaction | None, ended: orm.SessionTransaction) -> bool:
    """Whether what was gathered under ``savepoint`` is undone together with ``ended``."""
    while savepoint is not None and savepoint is not ended:
        savepoint = savepoint.parent
    return savepoint is ended or ended.parent is None
