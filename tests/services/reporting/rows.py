"""The projected rows of a database, and those that a fold of the same events from zero comes to."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from chassis.database import Database
from chassis.envelope import Message
from services.reporting.archive import queries
from services.reporting.archive.actions import store
from services.reporting.projections.actions import fold, table_of
from services.reporting.projections.fold import FOLDED, Fold
from services.reporting.projections.shapes import SHAPES

Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]


def deliver(database: Database, messages: Sequence[Message], *, batch: int = 200) -> None:
    """Archive and fold messages as the reader of the queue does."""
    for start in range(0, len(messages), batch):
        with database.transaction() as session:
            fold(session, store(session, messages[start : start + batch]))


def rows_of(database: Database, *, leave_out: tuple[str, ...] = ()) -> Rows:
    """Every projected row by its key, without the columns of ``leave_out``."""
    found: Rows = {}
    with database.reading() as session:
        for shape in SHAPES:
            rows = session.execute(select(table_of(shape))).mappings()
            found[shape.name] = {
                tuple(row[name] for name in shape.key): {
                    name: value for name, value in row.items() if name not in leave_out
                }
                for row in rows
            }
    return found


def folded(database: Database) -> Rows:
    """What all that is archived comes to, folded in memory from zero."""
    with database.reading() as session:
        rows = Fold(queries.facts(session, FOLDED)).rows
    return {shape.name: dict(keyed) for shape, keyed in rows.items()}
