"""Fold facts into the projected tables, or empty them and fold the whole archive again."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from sqlalchemy import Table, case, delete

from chassis import collector
from chassis.auth import Actor
from chassis.database import Database, Session
from chassis.logs import get_logger
from services.reporting.archive import queries
from services.reporting.archive.actions import hold_archive
from services.reporting.archive.facts import Fact
from services.reporting.base import Base
from services.reporting.bulk import bulk_insert, parameters_of
from services.reporting.insights import folding  # noqa: F401  its folders register themselves
from services.reporting.projections import model  # noqa: F401  its classes fill Base.metadata
from services.reporting.projections.fold import FOLDED, Fold
from services.reporting.projections.shapes import SHAPES, Row, Shape
from services.reporting.totals.counting import count_anew

REBUILD_CHUNK = 20_000
"""Events folded in memory before their rows are written, in a rebuild."""

log = get_logger(__name__)


def fold(session: Session, facts: Iterable[Fact]) -> None:
    """Merge the changes of ``facts`` into the projected tables, one statement a table."""
    _write(session, Fold(facts))


def rebuild(database: Database) -> int:
    """Fold the projections anew from the whole archive and return how many events that took.

    It is one transaction: readers see the old rows until it commits, and new events wait for it.
    While the database writes the rows of one chunk, the next one is read and folded.
    """
    folded = 0
    with (
        database.transaction(Actor.system("reporting")) as session,
        database.reading() as archive,
        ThreadPoolExecutor(1) as writer,
        collector.paused(),
    ):
        hold_archive(session)
        facts = queries.facts(archive, FOLDED)
        writing = writer.submit(_empty, session)
        while (changes := Fold(islice(facts, REBUILD_CHUNK))).facts:
            folded += changes.facts
            writing.result()
            writing = writer.submit(_write, session, changes)
        writing.result()
        count_anew(session)
    log.info("projections_rebuilt", events=folded)
    return folded


def _empty(session: Session) -> None:
    for shape in SHAPES:
        session.execute(delete(_table(shape)))


def _write(session: Session, changes: Fold) -> None:
    for shape, rows in changes.rows.items():
        if rows:
            _merge(session, shape, list(rows.values()))


def _merge(session: Session, shape: Shape, rows: list[Row]) -> None:
    table = _table(shape)
    statement = bulk_insert(session, table)
    new, old = statement.excluded, table.c
    changes: dict[str, Any] = {}
    for sequence, columns in shape.latest.items():
        later = new[sequence] > old[sequence]
        changes |= {name: case((later, new[name]), else_=old[name]) for name in (*columns, sequence)}
    for name in shape.greatest:
        changes[name] = case((new[name] > old[name], new[name]), else_=old[name])
    for name in shape.least:
        changes[name] = case((new[name] < old[name], new[name]), else_=old[name])
    for name in shape.added:
        changes[name] = old[name] + new[name]
    merge = statement.on_conflict_do_update(index_elements=shape.key, set_=changes)
    session.execute(merge, parameters_of(session, rows))


def _table(shape: Shape) -> Table:
    return Base.metadata.tables[shape.name]
