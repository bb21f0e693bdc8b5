"""Fresh databases for tests, each migrated: copies of one template a service and backend."""

import itertools
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text

from chassis import migrate
from chassis.database import Database

SQLITE = "sqlite"
POSTGRESQL = "postgresql"
BACKENDS = (SQLITE, POSTGRESQL)

_numbers = itertools.count(1)


class PostgresDatabases:
    """Creates and drops databases on one server, which ``admin_url`` opens as a superuser."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = make_url(admin_url)
        self._engine = create_engine(self.admin_url, isolation_level="AUTOCOMMIT")
        self._templates: dict[str, str] = {}
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

    def drop(self, database: str) -> None:
        """Drop a database; whoever is connected to it is thrown out."""
        self._run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def migrated(self, service: str) -> str:
        """Create a database with the schema of a service. Returns its name."""
        if service not in self._templates:
            template = self.create()
            migrate.upgrade(service, self.url(template))
            self._templates[service] = template
        return self.create(template=self._templates[service])

    def close(self) -> None:
        """Drop the templates and give the connections back."""
        for template in self._templates.values():
            self.drop(template)
        self._engine.dispose()

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

    def migrated(self, service: str) -> Path:
        """A new file with the schema of a service."""
        template, copy = self.folder / f"{service}-template.db", self.empty()
        if not template.exists():
            migrate.upgrade(service, f"sqlite:///{template}")
        with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        return copy


class DatabaseFactory:
    """Makes migrated databases and cleans up after them. Calling it opens one as a Database.

    ``postgres`` gives the server; it is asked only when a test wants PostgreSQL.
    """

    def __init__(self, files: SqliteFiles, postgres: Callable[[], PostgresDatabases]) -> None:
        self._files = files
        self._postgres = postgres
        self._opened: list[Database] = []
        self._created: list[str] = []

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
        self._created.append(name)
        return server.url(name)

    def close(self) -> None:
        for database in self._opened:
            database.close()
        for name in self._created:
            self._postgres().drop(name)


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=False)
