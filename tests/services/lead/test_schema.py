"""The migrated database has exactly the tables that the code maps, and keeps its promises by itself."""

from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis import migrate
from chassis.database import Database
from services.lead.judging.actions import qualify_lead
from tests.services.lead.builders import MIA, act, find_lead, record


def test_the_migrations_lead_to_the_mapped_tables(database_of: Callable[[str], Database]) -> None:
    mapped = migrate.models_of("lead")
    with database_of("lead").engine.connect() as connection:
        options = {
            "compare_type": True,
            "include_name": lambda name, kind, _parents: kind != "table" or name in mapped.tables,
        }
        assert compare_metadata(MigrationContext.configure(connection, opts=options), mapped) == []


def test_no_lead_has_two_holders_or_none(database_of: Callable[[str], Database]) -> None:
    database = database_of("lead")
    lead_id = record(database)
    for wrong in ("assignee = 'rita'", "pool = NULL", "pool = ''", "state = 'accepted'", "state = 'lost'"):
        with pytest.raises(DBAPIError), database.transaction(MIA) as session:
            session.execute(text(f"UPDATE leads SET {wrong}"))
    assert find_lead(database, lead_id).pool == "inbox"


def test_judgements_are_never_changed(database_of: Callable[[str], Database]) -> None:
    database = database_of("lead")
    act(database, qualify_lead, record(database), outcome="not_a_target", reason="a competitor")
    with pytest.raises(DBAPIError, match="only added"), database.transaction(MIA) as session:
        session.execute(text("UPDATE judgements SET reason = 'none'"))
