"""No test sees what another one did to its database, although the same ones are given to them in turn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import exc, make_url, text

from chassis.database import Database
from tests.harness import connections
from tests.harness.databases import (
    BACKENDS,
    POSTGRESQL,
    SQLITE,
    DatabaseFactory,
    PostgresDatabases,
    SqliteFiles,
)

WRITE = text("INSERT INTO things (name) VALUES ('something')")
COUNT = text("SELECT count(*) FROM things")
KEY = text("SELECT max(id) FROM things")
PROCESS = text("SELECT pg_backend_pid()")

GUARD = """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows of %% stay', TG_TABLE_NAME; END $$;
CREATE TRIGGER stay BEFORE DELETE ON things FOR EACH ROW EXECUTE FUNCTION refuse()"""

CHANGES = {
    "a table": "CREATE TABLE more (id integer)",
    "a column": "ALTER TABLE things ADD COLUMN more text",
    "a default": "ALTER TABLE things ALTER COLUMN name SET DEFAULT 'nothing'",
    "a constraint": "ALTER TABLE things ADD CONSTRAINT named CHECK (name <> '')",
    "an index": "CREATE INDEX more ON things (name)",
    "an index less": "DROP INDEX by_name",
    "a sleeping trigger": "ALTER TABLE things DISABLE TRIGGER stay",
    "a function": "CREATE FUNCTION more() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "other code": """CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN RETURN OLD; END'""",
    "a view": "CREATE VIEW more AS SELECT 1 AS one",
    "a type": "CREATE TYPE more AS ENUM ('one')",
    "a schema": "CREATE SCHEMA more",
    "a right": "GRANT SELECT ON things TO PUBLIC",
    "a setting": """DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET work_mem = 65', current_database()); END $$""",
    "a row of the beginning": "UPDATE beginnings SET name = 'other'",
    "a row beside it": "INSERT INTO beginnings VALUES ('other')",
}

Tests = Callable[..., Any]


def make(url: str) -> None:
    database = Database(url)
    number = "serial" if database.one_message else "integer"
    with database.engine.begin() as connection:
        for statement in (
            f"CREATE TABLE things (id {number} PRIMARY KEY, name text)",
            "CREATE INDEX by_name ON things (name)",
            "CREATE TABLE beginnings (name text)",
            "INSERT INTO beginnings VALUES ('first')",
            *([GUARD] if database.one_message else []),
        ):
            connection.exec_driver_sql(statement)
    database.close()


@pytest.fixture
def next_test(sqlite_files: SqliteFiles, request: pytest.FixtureRequest) -> Tests:
    """Opens a database as one test after the other would."""

    @contextmanager
    def begin(backend: str = POSTGRESQL) -> Iterator[Database]:
        factory = DatabaseFactory(sqlite_files, lambda: request.getfixturevalue("postgres"))
        try:
            yield factory("things", backend, make=make)
        finally:
            factory.close()

    return begin


def told(database: Database, statement: Any) -> Any:
    with database.transaction() as session:
        return session.scalar(statement)


def change(database: Database, statement: Any) -> None:
    with database.transaction() as session:
        session.execute(statement)


@pytest.mark.parametrize("backend", BACKENDS)
def test_rows_are_gone_and_numbers_begin_anew(next_test: Tests, backend: str) -> None:
    for _ in range(2):
        with next_test(backend) as database:
            assert told(database, COUNT) == 0
            change(database, WRITE)
            assert told(database, KEY) == 1


def test_the_next_test_has_the_same_database_on_the_same_connection(next_test: Tests) -> None:
    seen = set()
    for _ in range(2):
        with next_test() as database:
            change(database, WRITE)
            seen.add((database.url.database, told(database, PROCESS)))
    assert len(seen) == 1


@pytest.mark.parametrize("what", CHANGES)
def test_a_database_that_was_changed_is_not_given_on(next_test: Tests, what: str) -> None:
    with next_test() as database:
        first = database.url.database
        with database.engine.begin() as connection:
            connection.exec_driver_sql(CHANGES[what].replace("%", "%%"))
    with next_test() as database:
        assert database.url.database != first
        change(database, WRITE)


def test_one_from_which_very_much_was_deleted_is_not_given_on(next_test: Tests) -> None:
    with next_test() as database:
        first = database.url.database
        change(database, text("INSERT INTO things (name) SELECT 'one' FROM generate_series(1, 20001)"))
    with next_test() as database:
        assert database.url.database != first
        assert told(database, COUNT) == 0


def test_rows_that_must_stay_do_so_in_the_next_test_too(next_test: Tests) -> None:
    for _ in range(2):
        with next_test() as database:
            change(database, WRITE)
            with pytest.raises(exc.InternalError, match="rows of things stay"):
                change(database, text("DELETE FROM things"))


@pytest.mark.parametrize(
    ("left", "told_by", "normally"),
    [
        ("SET work_mem = '65kB'", "SHOW work_mem", "4MB"),
        ("SET session_replication_role = replica", "SHOW session_replication_role", "origin"),
        ("CREATE TEMP TABLE left_over ()", "SELECT to_regclass('left_over')", None),
        ("SELECT pg_advisory_lock(1)", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'", 0),
        ("PREPARE left_over AS SELECT 1", "SELECT count(*) FROM pg_prepared_statements", 0),
        ("LISTEN left_over", "SELECT count(*) FROM pg_listening_channels()", 0),
    ],
)
def test_what_was_set_on_a_connection_is_forgotten(
    next_test: Tests, left: str, told_by: str, normally: object
) -> None:
    with next_test() as database:
        change(database, text(left))
        process = told(database, PROCESS)
    with next_test() as database:
        assert told(database, PROCESS) == process
        assert told(database, text(told_by)) == normally


def test_a_transaction_that_was_left_open_is_ended_and_undone(next_test: Tests) -> None:
    with next_test() as database:
        left = database.engine.connect()
        left.execute(WRITE)
        process = left.scalar(PROCESS)
    with next_test() as database:
        assert told(database, PROCESS) != process
        assert told(database, COUNT) == 0
        change(database, text("ALTER TABLE things ADD COLUMN free text"))
    with pytest.raises(exc.DBAPIError):
        left.execute(WRITE)


def test_a_connection_that_the_server_ended_is_not_given_on(next_test: Tests) -> None:
    with next_test() as database:
        change(database, WRITE)
        database.close()
        other = Database(database.url.set(query={"application_name": "other"}).render_as_string(False))
        change(other, text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity" + BUT_MINE))
        other.close()
    with next_test() as database:
        assert told(database, COUNT) == 0


BUT_MINE = " WHERE datname = current_database() AND pid <> pg_backend_pid()"


def test_a_connection_that_waits_and_has_been_ended_is_passed_over(next_test: Tests) -> None:
    with next_test() as database:
        process = told(database, PROCESS)
        database.close()
        assert process in connections.backends(str(database.url.database))
        with next_test() as other:
            change(other, text(f"SELECT pg_terminate_backend({process}, 5000)"))
        again = Database(database.url.render_as_string(False), service="things")
        assert told(again, COUNT) == 0
        again.close()


def test_a_connection_goes_only_to_who_asks_in_the_same_words(next_test: Tests) -> None:
    with next_test() as database:
        change(database, WRITE)
        database.close()
        other = Database(database.url.render_as_string(False), service="other")
        assert told(other, text("SHOW application_name")) == "fanfare-other"
        other.close()


def test_nobody_is_connected_to_a_database_that_is_not_given_on(
    next_test: Tests, postgres: PostgresDatabases
) -> None:
    name = postgres.create()
    database = Database(postgres.url(name))
    told(database, PROCESS)
    database.close()
    assert connections.backends(name) == []
    postgres.drop(name)


def test_files_of_sqlite_are_removed(next_test: Tests) -> None:
    with next_test(SQLITE) as database:
        change(database, WRITE)
        path = Path(str(make_url(database.url).database))
        assert path.exists()
    assert list(path.parent.glob(f"{path.name}*")) == []


def test_a_running_database_of_sqlite_is_made_new(sqlite_files: SqliteFiles) -> None:
    path = sqlite_files.migrated("things", make)
    database = Database(f"sqlite:///{path}", service="things")
    change(database, WRITE)
    sqlite_files.renew(database)
    assert told(database, COUNT) == 0
    database.close()
    sqlite_files.remove(path)
