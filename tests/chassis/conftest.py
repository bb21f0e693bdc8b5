"""A small running service for the tests of the chassis."""

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, NoReturn

import pytest
import structlog

from chassis.database import Database
from tests.chassis import shop as shops
from tests.chassis import toys
from tests.chassis.shop import RunningShop
from tests.harness.databases import (
    BACKENDS,
    POSTGRESQL,
    SQLITE,
    DatabaseFactory,
    PostgresDatabases,
    SqliteFiles,
)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Both in every run: that services need not know their kind of database is what the chassis promises."""
    kind: str = request.param
    return kind


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
def toy_postgres(fresh_database: DatabaseFactory) -> str:
    """The URL of a PostgreSQL database with the tables of the toys and the chassis."""
    return fresh_database.url("toys", POSTGRESQL, make=toys.furnish)


@pytest.fixture
def toy_database(fresh_database: DatabaseFactory) -> Iterator[Callable[[str], Database]]:
    """A database with the empty tables of the toys and the chassis, by the kind of database."""
    usual = structlog.get_config()
    structlog.configure(processors=[_keep_silent])
    yield lambda backend: fresh_database("toys", backend, make=toys.furnish)
    structlog.configure(**usual)


def _keep_silent(_logger: object, _method: str, _event: MutableMapping[str, Any]) -> NoReturn:
    """Here things fail on purpose all the time."""
    raise structlog.DropEvent


@pytest.fixture
def shop(
    fresh_database: DatabaseFactory, backend: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningShop]:
    """A shop, once on each kind of database."""
    yield from shops.run_shop(fresh_database.url("shop", backend, make=shops.furnish), monkeypatch)


@pytest.fixture
def sqlite_shop(fresh_database: DatabaseFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningShop]:
    """A shop where the kind of database does not matter."""
    yield from shops.run_shop(fresh_database.url("shop", SQLITE, make=shops.furnish), monkeypatch)
