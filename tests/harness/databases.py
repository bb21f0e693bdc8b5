"""Fresh databases for tests, each migrated: copies of one template a service and backend."""

import itertools
import os
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
from sqlalchemy import URL, Engine, create_engine, make_url, text

import chassis.database
from chassis import migrate
from chassis.database import Database

SQLITE = "sqlite"
POSTGRESQL = "postgresql"
BACKENDS = (SQLITE, POSTGRESQL)

_numbers = itertools.count(1)

_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_TABLES = """SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r'
AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0 ORDER BY relname"""
_SEQUENCES = "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"
_SHAPE = """SELECT (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_attribute),
(SELECT count(*) FROM pg_trigger), (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_constraint)"""


_compiled: dict[str, Engine] = {}
_open_engine = chassis.database._engine


def share_compiled_statements() -> None:
    """Let all engines of a backend share what SQLAlchemy compiled: each test opens engines of its own."""

    def opened(url: str, *, service: str, pool_size: int) -> Engine:
        engine = _open_engine(url, service=service, pool_size=pool_size)
        first = _compiled.setdefault(engine.dialect.name, engine)
        # A dialect knows its server from the first connection on.
        if first is not engine and getattr(first.dialect, "server_version_info", None):
            engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        return engine

    chassis.database._engine = opened


class PostgresDatabases:
    """Creates and drops databases on one server, which ``admin_url`` opens as a superuser."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = make_url(admin_url)
        self._engine = create_engine(self.admin_url, isolation_level="AUTOCOMMIT")
        self._templates: dict[str, str] = {}
        self._used: dict[str, list[str]] = {}
        self._shapes: dict[str, tuple[list[str], tuple[Any, ...]]] = {}
        with self._engine.connect() as connection:
            version = connection.dialect.server_version_info or (0,)
        # Databases this small are faster copied as files than by way of the log.
        self._strategy = "STRATEGY FILE_COPY" if version >= (15,) else ""

    def url(self, database: str) -> str:
        """The URL of a database for the superuser."""
        return _shown(self.admin_url.set(database=database))

    def create(self, *, template: str = "template1") -> str:
        """Create a database with a name that no other run uses. Returns the name."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {self._strategy}')
        return name

    def create_owned(self) -> tuple[str, str]:
        """Create a database that a role of the same name owns, who is no superuser. Returns name and URL."""
        name, password = self.create(), secrets.token_hex(16)
        self._run(f"CREATE ROLE \"{name}\" LOGIN PASSWORD '{password}'")
        self._run(f'ALTER DATABASE "{name}" OWNER TO "{name}"')
        return name, _shown(self.admin_url.set(username=name, password=password, database=name))

    def drop_owned(self, name: str) -> None:
        """Drop what ``create_owned`` made, with the role."""
        self.drop(name)
        self._run(f'DROP ROLE IF EXISTS "{name}"')

    def drop(self, database: str) -> None:
        """Drop a database; whoever is connected to it is thrown out."""
        self._run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def migrated(self, service: str) -> str:
        """Create a database with the schema of a service. Returns its name."""
        if service not in self._templates:
            template = self.create()
            migrate.upgrade(service, self.url(template))
            self._templates[service] = template
        if self._used.get(service):
            return self._used[service].pop()
        return self.create(template=self._templates[service])

    def give_back(self, service: str, database: str) -> None:
        """Empty a database that ``migrated`` gave, for the next test; to make one takes ten times as long."""
        if self._emptied(service, database):
            self._used.setdefault(service, []).append(database)
        else:
            self.drop(database)

    def close(self) -> None:
        """Drop the templates and the databases that wait, and give the connections back."""
        for database in itertools.chain(self._templates.values(), *self._used.values()):
            self.drop(database)
        self._engine.dispose()

    def _emptied(self, service: str, database: str) -> bool:
        """Whether the database could be made what it was: nothing but rows may have been changed."""
        with closing(self._superuser(database)) as connection, connection.cursor() as cursor:
            cursor.execute(_OTHERS)
            if service not in self._shapes:
                with closing(self._superuser(self._templates[service])) as first, first.cursor() as template:
                    template.execute(_TABLES)
                    kept = [table for (table,) in template]
                    self._shapes[service] = kept, _state(template, kept)
            kept, state = self._shapes[service]
            cursor.execute(_TABLES)
            filled = [table for (table,) in cursor if table not in kept]
            # Some tables refuse that their rows are deleted; a replica's triggers sleep.
            deletions = "".join(f"DELETE FROM {table};" for table in filled)
            cursor.execute(f"SET session_replication_role = replica; {deletions} {_SEQUENCES}")
            return _state(cursor, kept) == state

    def _superuser(self, database: str) -> Any:
        url = self.admin_url
        connection = psycopg2.connect(
            host=url.host, port=url.port, user=url.username, password=url.password, dbname=database
        )
        connection.autocommit = True
        return connection

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


def _state(cursor: Any, tables: list[str]) -> tuple[Any, ...]:
    """The shape of a database, and the rows that came with its migrations."""
    cursor.execute(_SHAPE)
    found = cursor.fetchone()
    for table in tables:
        cursor.execute(f"SELECT coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') FROM {table} t")
        found += cursor.fetchone()
    return tuple(found)


class SqliteFiles:
    """Copies database files inside a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def empty(self) -> Path:
        """A file name that nothing uses yet."""
        return self.folder / f"{next(_numbers)}.db"

    def migrated(self, service: str) -> Path:
        """A new file with the schema of a service."""
        template, copy = self.folder / f"{service}-template.db", self.empty()
        if not template.exists():
            migrate.upgrade(service, f"sqlite:///{template}")
        self._write(template, copy)
        return copy

    def renew(self, database: Database) -> None:
        """Make the file of a service what it was when it was new, although that service goes on running."""
        # Nobody in this process is amid a transaction meanwhile; readers keep the snapshot that they have.
        with database.turn:
            self._write(self.folder / f"{database.service}-template.db", Path(str(database.url.database)))

    def _write(self, template: Path, copy: Path) -> None:
        with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)


class DatabaseFactory:
    """Makes migrated databases and cleans up after them. Calling it opens one as a Database.

    ``postgres`` gives the server; it is asked only when a test wants PostgreSQL.
    """

    def __init__(self, files: SqliteFiles, postgres: Callable[[], PostgresDatabases]) -> None:
        self._files = files
        self._postgres = postgres
        self._opened: list[Database] = []
        self._created: list[tuple[str, str]] = []

    def __call__(self, service: str, backend: str = SQLITE) -> Database:
        database = Database(self.url(service, backend), service=service)
        self._opened.append(database)
        return database

    def url(self, service: str, backend: str = SQLITE) -> str:
        """The URL of a fresh database that nobody has opened yet."""
        if backend == SQLITE:
            return f"sqlite:///{self._files.migrated(service)}"
        server = self._postgres()
        name = server.migrated(service)
        self._created.append((service, name))
        return server.url(name)

    def close(self) -> None:
        for database in self._opened:
            database.close()
        for service, name in self._created:
            self._postgres().give_back(service, name)


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=False)
