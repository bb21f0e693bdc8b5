"""The table that a projection is built in, beside the one that is read, and their change of places.

It has all that the other has but the indexes, which are made when its rows are in.
"""

from functools import lru_cache

from sqlalchemy import Index, MetaData, Table, text
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

from chassis.database import NAMING, Session
from services.reporting.projections.actions import table_of
from services.reporting.projections.shapes import Shape

SUFFIX = "_next"
LOCK_TIMEOUT = "SET LOCAL lock_timeout = '500ms'"
"""Less than the server waits before it looks for deadlocks: it is the switch that gives way, not a reader."""


@lru_cache
def next_table(shape: Shape) -> Table:
    """The table that the projection is built in."""
    table = table_of(shape).to_metadata(MetaData(naming_convention=NAMING), name=shape.name + SUFFIX)
    table.indexes.clear()
    return table


def make_next(session: Session, shape: Shape) -> None:
    """Make that table, empty; what an earlier rebuild left of it is dropped."""
    table = next_table(shape)
    # PostgreSQL names keys once for all tables, and can rename them; SQLite does neither.
    table.primary_key.name = f"pk_{shape.name}{SUFFIX if _on_postgresql(session) else ''}"
    session.execute(DropTable(table, if_exists=True))
    session.execute(CreateTable(table))


def drop_next(session: Session, shape: Shape) -> None:
    """Drop that table."""
    session.execute(DropTable(next_table(shape), if_exists=True))


def index_next(session: Session, shape: Shape) -> None:
    """Make its indexes, as far as they are missing, and tell PostgreSQL what is in it."""
    if not _on_postgresql(session):
        return
    table = next_table(shape)
    for known in table_of(shape).indexes:
        copied = (table.c[column.name] for column in known.columns)
        index = Index(f"{known.name}{SUFFIX}", *copied, unique=known.unique)
        session.execute(CreateIndex(index, if_not_exists=True))
        table.indexes.discard(index)
    session.execute(text(f"ANALYZE {shape.name}{SUFFIX}"))


def switch(session: Session, shape: Shape) -> None:
    """Put the new table in the place of the old one, which is dropped. Readers see either, whole."""
    table = table_of(shape)
    session.execute(DropTable(table))
    session.execute(text(f"ALTER TABLE {shape.name}{SUFFIX} RENAME TO {shape.name}"))
    if _on_postgresql(session):
        for name in (f"pk_{shape.name}", *(str(index.name) for index in table.indexes)):
            session.execute(text(f"ALTER INDEX {name}{SUFFIX} RENAME TO {name}"))
        return
    # SQLite names indexes once for all tables and cannot rename them.
    for index in table.indexes:
        session.execute(CreateIndex(index))


def _on_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
