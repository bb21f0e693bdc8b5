"""Writes many targets in one statement, on PostgreSQL and on SQLite.

Both ask for ids back: only then does SQLAlchemy send the rows together instead of one by one.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from chassis.database import Session
from services.campaign.launch.model import Target

Row = dict[str, Any]
"""The values of a target by the names of its columns, all of them."""


def insert_targets(session: Session, rows: Sequence[Row]) -> None:
    """Add targets; a contact that is on the campaign's list already is passed over."""
    once = _insert(session).on_conflict_do_nothing(index_elements=["campaign_id", "contact_id"])
    _send(session, once, rows)


def rewrite_targets(session: Session, rows: Sequence[Row]) -> None:
    """Give targets that are there the status and the moment of their row. The campaign must be locked."""
    fresh = _insert(session)
    excluded = fresh.excluded
    changed = {"status": excluded.status, "status_at": excluded.status_at}
    _send(session, fresh.on_conflict_do_update(index_elements=["id"], set_=changed), rows)


def _insert(session: Session) -> postgresql.Insert | sqlite.Insert:
    on_postgresql = session.connection().dialect.name == "postgresql"
    return postgresql.insert(Target) if on_postgresql else sqlite.insert(Target)


def _send(session: Session, statement: postgresql.Insert | sqlite.Insert, rows: Sequence[Row]) -> None:
    if rows:
        session.connection().execute(statement.returning(Target.id), rows)
