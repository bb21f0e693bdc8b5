"""Fold facts into the projected tables."""

from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import Table, case

from chassis.database import Session
from services.reporting.archive.facts import Fact
from services.reporting.bulk import bulk_insert, parameters_of
from services.reporting.insights import model as insights
from services.reporting.projections import model as projections
from services.reporting.projections.fold import Fold
from services.reporting.projections.shapes import Row, Shape

_CLASSES = (
    *(projections.Campaign, projections.Wave, projections.Mailing, projections.Target),
    *(projections.Response, projections.Lead, projections.BudgetLine, projections.EventSource),
    *(insights.LeadTouch, insights.LeadWorth, insights.Source),
    *(insights.Satisfaction, insights.MailingFeedback, insights.Suppression),
)
_TABLES = {one.__tablename__: cast(Table, one.__table__) for one in _CLASSES}


def fold(session: Session, facts: Iterable[Fact]) -> None:
    """Merge the changes of ``facts`` into the projected tables, one statement a table."""
    for shape, rows in Fold(facts).rows.items():
        if rows:
            merge(session, shape, list(rows.values()), into=table_of(shape))


def table_of(shape: Shape) -> Table:
    """The table that readers of a projection look at."""
    return _TABLES[shape.name]


def merge(session: Session, shape: Shape, rows: list[Row], *, into: Table) -> None:
    """Insert ``rows`` into a table of this shape; those that are there become one with them."""
    statement = bulk_insert(session, into)
    new, old = statement.excluded, into.c
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
    session.execute(
        statement.on_conflict_do_update(index_elements=shape.key, set_=changes), parameters_of(session, rows)
    )
