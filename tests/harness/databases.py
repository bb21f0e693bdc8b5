"""Fresh databases for tests, each migrated: copies of one template a service and backend."""

import itertools
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
from sqlalchemy import URL, create_engine, make_url, text

from chassis import migrate
from chassis.database import Database
from tests.harness import connections
from tests.harness.renewal import Blank, Renewal

SQLITE = "sqlite"
POSTGRESQL = "postgresql"
BACKENDS = (SQLITE, POSTGRESQL)

_numbers = itertools.count(1)

Make = Callable[[str], object]
"""Brings the empty database of a URL to what the databases of a kind have when they are new."""


class PostgresDatabases:
    """Creates and drops databases on one server, which ``admin_url`` opens as a superuser."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = make_url(admin_url)
        self._engine = create_engine(self.admin_url, isolation_level="AUTOCOMMIT")
        self._templates: dict[str, str] = {}
        self._used: dict[str, list[str]] = {}
        self._blanks: dict[str, Blank] = {}
        self._renewals: dict[str, Renewal] = {}
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
        connections.forget(database)
        if renewal := self._renewals.pop(database, None):
            renewal.close()
        self._run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def migrated(self, service: str, make: Make | None = None) -> str:
        """Create a database with the schema of a service, or with what ``make`` makes. Returns its name."""
        if service not in self._templates:
            template = self.create()
            _make(service, self.url(template), make)
            self._templates[service] = template
        if self._used.get(service):
            return self._used[service].pop()
        name = self.create(template=self._templates[service])
        connections.keep(name)
        return name

    def give_back(self, service: str, database: str) -> None:
        """Empty a database that ``migrated`` gave, for the next test; to make one takes far longer."""
        if self._renewed(service, database):
            self._used.setdefault(service, []).append(database)
        else:
            self.drop(database)

    def close(self) -> None:
        """Drop the templates and the databases that wait, and give the connections back."""
        for database in itertools.chain(self._templates.values(), *self._used.values()):
            self.drop(database)
        self._engine.dispose()

    def _renewed(self, service: str, database: str) -> bool:
        """Whether the database could be made what it was: nothing but rows may have been changed."""
        if service not in self._blanks:
            with closing(self._superuser(self._templates[service])) as connection:
                self._blanks[service] = Blank.of(connection)
        if database not in self._renewals:
            self._renewals[database] = Renewal(self._superuser(database), self._blanks[service])
        alive = self._renewals[database].renew(spared=connections.backends(database))
        if alive is None:
            return False
        connections.keep_only(database, alive)
        return True

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


class SqliteFiles:
    """Copies database files inside a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def empty(self) -> Path:
        """A file name that nothing uses yet."""
        return self.folder / f"{next(_numbers)}.db"

    def migrated(self, service: str, make: Make | None = None) -> Path:
        """A new file with the schema of a service, or with what ``make`` makes."""
        template, copy = self._template(service), self.empty()
        if not template.exists():
            _make(service, f"sqlite:///{template}", make)
        shutil.copyfile(template, copy)
        return copy

    def renew(self, database: Database) -> None:
        """Make the file of a service what it was when it was new, although that service goes on running."""
        path = str(database.url.database)
        # Nobody in this process is amid a transaction meanwhile; readers keep the snapshot that they have.
        with database.turn, closing(sqlite3.connect(path)) as target:
            target.execute("PRAGMA synchronous=OFF").close()
            with closing(sqlite3.connect(self._template(database.service))) as source:
                source.backup(target)

    def remove(self, path: Path) -> None:
        """Remove a file with what stands beside it, before it is worth writing to the disk."""
        for one in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            one.unlink(missing_ok=True)

    def _template(self, service: str) -> Path:
        return self.folder / f"{service}-template.db"


class DatabaseFactory:
    """Makes migrated databases and cleans up after them. Calling it opens one as a Database.

    ``postgres`` gives the server; it is asked only when a test wants PostgreSQL. With ``make`` a database is
    of a kind of its own instead, which the name given for the service stands for.
    """

    def __init__(self, files: SqliteFiles, postgres: Callable[[], PostgresDatabases]) -> None:
        self._files = files
        self._postgres = postgres
        self._opened: list[Database] = []
        self._created: list[tuple[str, str]] = []
        self._copied: list[Path] = []

    def __call__(self, service: str, backend: str = SQLITE, *, make: Make | None = None) -> Database:
        database = Database(self.url(service, backend, make=make), service=service)
        self._opened.append(database)
        return database

    def url(self, service: str, backend: str = SQLITE, *, make: Make | None = None) -> str:
        """The URL of a fresh database that nobody has opened yet."""
        if backend == SQLITE:
            path = self._files.migrated(service, make)
            self._copied.append(path)
            return f"sqlite:///{path}"
        server = self._postgres()
        name = server.migrated(service, make)
        self._created.append((service, name))
        return server.url(name)

    def close(self) -> None:
        for database in self._opened:
            database.close()
        for service, name in self._created:
            self._postgres().give_back(service, name)
        for path in self._copied:
            self._files.remove(path)


def _make(service: str, url: str, make: Make | None) -> None:
    if make is None:
        migrate.upgrade(service, url)
    else:
        make(url)


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=False)
