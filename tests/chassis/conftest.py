"""A small running service for the tests of the chassis."""

from collections.abc import Callable, Iterator

import pytest

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


@pytest.fixture
def toy_database(empty_database: Callable[[str], str]) -> Iterator[Callable[[str], Database]]:
    """A database with the tables of the toys and the chassis, by the kind of database."""
    opened: list[Database] = []

    def make(backend: str) -> Database:
        opened.append(create_tables(Database(empty_database(backend), service="toys")))
        return opened[-1]

    yield make
    for database in opened:
        database.close()


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
