"""Many rows in one statement. PostgreSQL gets them as one JSON document, far cheaper than parameters."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Table, TextClause, bindparam, insert, text, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

_encoder = msgspec.json.Encoder()


def insert_rows(
    session: Session,
    table: Table,
    rows: Sequence[dict[str, Any]],
    *,
    clash: tuple[str, ...] = (),
    renewed: tuple[str, ...] = (),
) -> None:
    """Insert ``rows``, which all have the same keys.

    A row that meets another with the same ``clash`` columns renews that one's ``renewed`` columns, or is
    left out where there are none.
    """
    if rows:
        _run(session, table, rows, clash=clash, renewed=renewed)


def insert_new(
    session: Session, table: Table, rows: Sequence[dict[str, Any]], *, clash: tuple[str, ...]
) -> set[UUID]:
    """Insert ``rows`` but those whose ``clash`` columns are there already. Returns the ids of the new."""
    return set(_run(session, table, rows, clash=clash, returning="id").scalars()) if rows else set()


def update_rows(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Give the rows with the ids of ``rows`` their other values; all have the same keys."""
    if not rows:
        return
    names = tuple(name for name in rows[0] if name != "id")
    if _is_postgresql(session):
        session.execute(_updating(table.name, names), {"rows": _encoder.encode(rows).decode()})
        return
    statement = update(table).where(table.c.id == bindparam("_id"))
    statement = statement.values({name: bindparam(f"_{name}") for name in names})
    session.connection().execute(
        statement, [{f"_{key}": value for key, value in row.items()} for row in rows]
    )


def _run(
    session: Session, table: Table, rows: Sequence[dict[str, Any]], *, clash: tuple[str, ...], **options: Any
) -> Any:
    if _is_postgresql(session):
        statement = _inserting(table.name, tuple(rows[0]), clash, **options)
        return session.execute(statement, {"rows": _encoder.encode(rows).decode()})
    if not clash:
        return session.execute(insert(table), rows)
    adding = sqlite.insert(table)
    renewed = {name: adding.excluded[name] for name in options.get("renewed", ())}
    if renewed:
        adding = adding.on_conflict_do_update(index_elements=clash, set_=renewed)
    else:
        adding = adding.on_conflict_do_nothing(index_elements=clash)
    returning = options.get("returning")
    return session.execute(adding.returning(table.c[returning]) if returning else adding, rows)


@lru_cache(maxsize=64)
def _inserting(
    table: str,
    names: tuple[str, ...],
    clash: tuple[str, ...],
    *,
    renewed: tuple[str, ...] = (),
    returning: str = "",
) -> TextClause:
    columns = ", ".join(f'"{name}"' for name in names)
    statement = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {_given(table)}"
    if renewed:
        changes = ", ".join(f'"{name}" = excluded."{name}"' for name in renewed)
        statement += f" ON CONFLICT ({', '.join(clash)}) DO UPDATE SET {changes}"
    elif clash:
        statement += f" ON CONFLICT ({', '.join(clash)}) DO NOTHING"
    return text(f"{statement} RETURNING {returning}" if returning else statement)


@lru_cache(maxsize=64)
def _updating(table: str, names: tuple[str, ...]) -> TextClause:
    changes = ", ".join(f'"{name}" = given."{name}"' for name in names)
    return text(f"UPDATE {table} SET {changes} FROM {_given(table)} AS given WHERE {table}.id = given.id")


def _given(table: str) -> str:
    return f"json_populate_recordset(CAST(NULL AS {table}), CAST(:rows AS json))"


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
