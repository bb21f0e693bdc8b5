"""Inserts of many rows by one statement, on PostgreSQL and on SQLite.

PostgreSQL gets all rows as one JSON parameter: psycopg2 would send a statement a row, and COPY is
not open to a cooperative process.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import JSON, Table, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects import postgresql, sqlite

from chassis.database import Session

Insert = postgresql.Insert | sqlite.Insert

_encoder = msgspec.json.Encoder()


def insert_into(session: Session, table: Table) -> Insert:
    """An insert of the session's dialect, so that it can say what to do on a conflict."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if on_postgresql else sqlite.insert(table)


def bulk_insert(session: Session, table: Table) -> Insert:
    """An insert into all columns of ``table`` that ``parameters_of`` gives the rows to."""
    statement = insert_into(session, table)
    if isinstance(statement, sqlite.Insert):
        return statement
    typed = [column(one.name, one.type) for one in table.columns]
    rows = func.json_to_recordset(cast(bindparam("rows", type_=Text), JSON)).table_valued(*typed)
    names = [one.name for one in table.columns]
    return statement.from_select(names, select(rows.render_derived("given", with_types=True)))


def parameters_of(session: Session, rows: Sequence[dict[str, Any]]) -> Any:
    """What to execute a ``bulk_insert`` with. Every row names every column."""
    if session.get_bind().dialect.name == "postgresql":
        return {"rows": _encoder.encode(rows).decode()}
    return rows
