"""Counts the SQL statements that a piece of work costs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from chassis.database import Database


@contextmanager
def count_statements(database: Database) -> Iterator[list[str]]:
    """Collects the statements sent to ``database`` while the block lasts, one for each time it is run."""
    statements: list[str] = []

    def note(*call: Any) -> None:
        _connection, _cursor, statement, parameters, *_rest = call
        statements.extend([statement] * (len(parameters) if isinstance(parameters, list) else 1))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
