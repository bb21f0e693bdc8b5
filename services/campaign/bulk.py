"""Writes many rows in one statement, on PostgreSQL and on SQLite.

Inserts ask for keys back: only then does SQLAlchemy send the rows together instead of one by one.
Updates are joined with a table made of one JSON document, so that their text is the same however many
rows there are.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy import FromClause, Table, Text, bindparam, column, func, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

from chassis.database import Session
from services.campaign.base import Base

Row = dict[str, Any]
"""The values of a row by the names of its columns, all of them."""

Insert = postgresql.Insert | sqlite.Insert


def inserting(session: Session, model: type[Base]) -> Insert:
    """An INSERT into the model's table in the dialect of the session, which knows ON CONFLICT."""
    table = cast(Table, model.__table__)
    return postgresql.insert(table) if _on_postgresql(session) else sqlite.insert(table)


def send(session: Session, statement: Insert, rows: Sequence[Row]) -> None:
    """Send all ``rows``, however many, in few statements."""
    if rows:
        keys = tuple(cast(Table, statement.table).primary_key)
        session.connection().execute(statement.returning(*keys), rows)


def as_table(session: Session, columns: Mapping[str, TypeEngine[Any]], rows: Sequence[Row]) -> FromClause:
    """``rows`` of texts, ids and moments as a table ``news`` that an UPDATE can be joined with."""
    if _on_postgresql(session):
        document = bindparam("document", msgspec.json.encode(rows).decode(), Text)
        parts = (column(name, kind) for name, kind in columns.items())
        given = func.jsonb_to_recordset(sql_cast(document, postgresql.JSONB))
        return given.table_valued(*parts).render_derived("news", with_types=True)
    written = [{name: _as_sqlite_has_it(value) for name, value in row.items()} for row in rows]
    each = func.json_each(bindparam("document", msgspec.json.encode(written).decode(), Text))
    value = each.table_valued("value").c.value
    return select(
        *(func.json_extract(value, f"$.{name}", type_=kind).label(name) for name, kind in columns.items())
    ).subquery("news")


def _on_postgresql(session: Session) -> bool:
    return session.connection().dialect.name == "postgresql"


def _as_sqlite_has_it(value: object) -> object:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value
