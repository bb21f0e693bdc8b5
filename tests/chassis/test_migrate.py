"""Migrations may run at the same time, lead to what the code maps, and tell when they are missing."""

import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import exc, inspect, text

from chassis import audit, idempotency, inbox, migrate, outbox
from chassis import database as chassis_database
from chassis.database import Database
from chassis.revisions import is_current, revisions_of
from fanfare.commands import SERVICES

UPGRADE = "import sys; from chassis import migrate; migrate.upgrade('campaign', sys.argv[1], wait_seconds=60)"
AWAY = "postgresql+psycopg2://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def url(empty_database: Callable[[str], str], backend: str) -> str:
    return empty_database(backend)


def test_the_migrations_of_the_chassis_lead_to_the_tables_that_it_maps(url: str) -> None:
    migrate.upgrade("campaign", url)
    mapped = chassis_database.metadata
    known = {table.name for table in (outbox.outbox, inbox.positions, inbox.held_events)}
    assert known | {audit.audit_entries.name, idempotency.idempotency_keys.name} <= set(mapped.tables)
    options = {
        "compare_type": True,
        "include_name": lambda name, kind, _parents: kind != "table" or name in mapped.tables,
    }
    database = Database(url)
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=options), mapped) == []
    database.close()


def test_migrations_that_run_at_the_same_time_take_turns(url: str) -> None:
    jobs = [subprocess.Popen([sys.executable, "-c", UPGRADE, url], stderr=subprocess.PIPE) for _ in range(3)]
    told = [job.communicate()[1].decode() for job in jobs]
    assert [job.returncode for job in jobs] == [0, 0, 0], told
    database = Database(url)
    assert is_current(database, "campaign")
    database.close()


def test_migrating_again_changes_nothing(url: str) -> None:
    for _ in range(2):
        migrate.upgrade("campaign", url)
    database = Database(url)
    assert is_current(database, "campaign")
    database.close()


def test_a_database_without_tables_is_not_current(url: str) -> None:
    database = Database(url)
    assert not is_current(database, "campaign")
    database.close()


def test_a_database_that_a_newer_release_migrated_is_good_enough(url: str) -> None:
    migrate.upgrade("campaign", url)
    database = Database(url)
    with database.transaction() as session:
        session.execute(
            text("UPDATE alembic_version SET version_num = 'later' WHERE version_num LIKE 'campaign%'")
        )
    assert is_current(database, "campaign")
    database.close()


def test_a_database_that_is_away_is_not_current_and_no_error() -> None:
    database = Database(AWAY)
    assert not is_current(database, "campaign")
    database.close()


def test_a_database_that_is_away_is_waited_for_and_then_told() -> None:
    began = time.monotonic()
    with pytest.raises(exc.OperationalError):
        migrate.upgrade("campaign", AWAY, wait_seconds=1.0)
    assert time.monotonic() - began >= 0.3


def test_a_migration_that_fails_leaves_nothing_behind(url: str) -> None:
    database = Database(url)
    with database.transaction() as session:
        session.execute(text("CREATE TABLE campaigns (id INTEGER)"))
    with pytest.raises(exc.DBAPIError):
        migrate.upgrade("campaign", url)
    assert set(inspect(database.engine).get_table_names()) <= {"campaigns", "alembic_version"}
    database.close()


@pytest.mark.parametrize("service", SERVICES)
def test_the_revisions_are_those_that_alembic_finds(service: str) -> None:
    scripts = ScriptDirectory.from_config(migrate._config(service))
    known = {script.revision for script in scripts.walk_revisions()}
    assert revisions_of(service) == (known, set(scripts.get_heads()))
