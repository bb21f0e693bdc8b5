"""What a transaction writes last: new rows it enters, its audit entries and the events it publishes.

The rows are gathered while it runs and written right before the commit. On PostgreSQL all of them
and the COMMIT itself are one message, in which the rows of a table are one JSON text for a statement
that the server keeps: values one by one cost the driver, which quotes each, and the server more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Dialect, LargeBinary, Table, insert, orm
from sqlalchemy import event as orm_event

from chassis.database import ALONE, Session
from chassis.kept import Kept
from chassis.postgres import type_name
from chassis.prepared import run

Row = dict[str, Any]

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
    shapes = [_shape(table, rows) for table, rows in by_table.items()]
    values = tuple(shape.text(rows) for shape, rows in zip(shapes, by_table.values(), strict=True))
    kept = [shape.insert for shape in shapes]
    statements = [statement.execute for statement in kept]
    if session.info.get(_CONNECTED):
        connection, sql = session.connection(), "; ".join((*statements, "COMMIT"))
        run(connection, connection.connection, sql, values, read=_nothing, kept=kept)
        return
    # Nothing was written so far, and several statements in one message are a transaction by themselves.
    database = session.info["database"]
    with database.connection() as pooled:
        run(database.engine, pooled, "; ".join(statements), values, read=_nothing, kept=kept)


def _nothing(_cursor: Any, _dialect: Dialect) -> None:
    """What there is to read after an insert."""


@dataclass(frozen=True)
class _Shape:
    """How rows with certain columns go into a table: as one JSON text, into a statement the server keeps."""

    insert: Kept
    binary: tuple[str, ...]

    @classmethod
    def of(cls, table: Table, names: tuple[str, ...]) -> "_Shape":
        quoted = ", ".join(f'"{name}"' for name in names)
        fields = ", ".join(f'"{name}" {type_name(table.c[name])}' for name in names)
        source = f"json_to_recordset($1) AS entered ({fields})"
        reads = f"INSERT INTO {table.name} ({quoted}) SELECT {quoted} FROM {source}"
        binary = tuple(name for name in names if isinstance(table.c[name].type, LargeBinary))
        return cls(Kept.of(reads, types=["JSON"], values=["%s"]), binary)

    def text(self, rows: list[Row]) -> str:
        """The rows as the statement reads them; octets as PostgreSQL writes them, in hexadecimal digits."""
        if self.binary:
            rows = [{**row, **{name: _digits(row[name]) for name in self.binary}} for row in rows]
        return msgspec.json.encode(rows).decode()


_shapes: dict[tuple[Table, tuple[str, ...]], _Shape] = {}


def _shape(table: Table, rows: list[Row]) -> _Shape:
    names = tuple(rows[0])
    shape = _shapes.get((table, names))
    if shape is None:
        shape = _shapes[table, names] = _Shape.of(table, names)
    return shape


def _digits(octets: bytes | None) -> str | None:
    return None if octets is None else f"\\x{octets.hex()}"


def _is_within(savepoint: orm.SessionTransaction | None, ended: orm.SessionTransaction) -> bool:
    """Whether what was gathered under ``savepoint`` is undone together with ``ended``."""
    while savepoint is not None and savepoint is not ended:
        savepoint = savepoint.parent
    return savepoint is ended or ended.parent is None
