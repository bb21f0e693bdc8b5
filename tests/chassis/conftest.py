"""A small running service for the tests of the chassis."""

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, NoReturn

import pytest
import structlog

from chassis.database import Database
from tests.chassis.shop import RunningShop, run_shop
from tests.chassis.toys import create_tables
from tests.harness.databases import SQLITE, PostgresDatabases, SqliteFiles


@pytest.fixture
def empty_database(
    request: pytest.FixtureRequest, sqlite_files: SqliteFiles
) -> Iterator[Callable[[str], str]]:
    """The URL of a database without any table, by the kind of database."""
    created: list[str] = []

    def make(backend: str) -> str:
        if backend == SQLITE:
            return f"sqlite:///{sqlite_files.empty()}"
        postgres: PostgresDatabases = request.getfixturevalue("postgres")
        created.append(postgres.create())
        return postgres.url(created[-1])

    yield make
    for name in created:
        request.getfixturevalue("postgres").drop(name)


@pytest.fixture(scope="session")
def toy_postgres(postgres: PostgresDatabases) -> Iterator[str]:
    """The URL of a PostgreSQL database that all tests with toys use in turn."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def toy_database(
    request: pytest.FixtureRequest, sqlite_files: SqliteFiles
) -> Iterator[Callable[[str], Database]]:
    """A database with the empty tables of the toys and the chassis, by the kind of database."""
    opened: list[Database] = []
    structlog.configure(processors=[_keep_silent])

    def make(backend: str) -> Database:
        if backend == SQLITE:
            url = f"sqlite:///{sqlite_files.empty()}"
        else:
            url = request.getfixturevalue("toy_postgres")
        opened.append(create_tables(Database(url, service="toys")))
        return opened[-1]

    yield make
    for database in opened:
        database.close()
    structlog.reset_defaults()


def _keep_silent(_logger: object, _method: str, _event: MutableMapping[str, Any]) -> NoReturn:
    """Tests fail on purpose all the time; unconfigured, structlog paints a large picture of each error."""
    raise structlog.DropEvent


@pytest.fixture
def shop(
    empty_database: Callable[[str], str], backend: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningShop]:
    """A shop, once on each kind of database."""
    yield from run_shop(empty_database(backend), monkeypatch)


@pytest.fixture
def sqlite_shop(
    empty_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningShop]:
    """A shop where the kind of database does not matter."""
    yield from run_shop(empty_database(SQLITE), monkeypatch)
