"""Fixtures that every test may ask for. The process is made cooperative before anything is imported.

``fresh_database("lead")``                a migrated chassis Database on SQLite
``fresh_database("lead", "postgresql")``  the same on PostgreSQL
``database_of("lead")``                   runs the test on PostgreSQL and, marked ``embedded``, on SQLite
``fresh_database.url("lead", …)``         only the URL, for a service that opens it itself
``postgres``                              the PostgreSQL server behind them: create(), drop(), url()
``broker_url``                            an empty RabbitMQ of one's own: a new virtual host
``mail_sink``                             an SMTP server that keeps what it gets: url, messages()
``browser``                               a window of Chromium; what a page must not do fails the test

``tests.harness.serving.serve`` runs a service in this process, ``fanfare.local.stack.Stack`` all of
them as real processes. Servers start with the first test that needs them. A drill that kills or
freezes a server starts its own ``PostgresServer`` or ``RabbitServer`` from ``fanfare.local``.
``FANFARE_TEST_POSTGRES_URL`` (of a superuser) and ``FANFARE_TEST_RABBITMQ_URL`` name running servers.
"""

from chassis import green

green.patch()

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog
from structlog.types import Processor

from chassis import clock, collector
from chassis.database import Database
from fanfare.local.chromium import PACKAGES, ChromiumDriver, find_programs
from fanfare.local.install import POSTGRES_URL, RABBITMQ_URL
from fanfare.local.mailsink import MailSink
from fanfare.local.postgres import PostgresServer
from fanfare.local.process import Child
from fanfare.local.rabbitmq import RabbitServer
from tests.harness import connections, forge
from tests.harness.brokers import Brokers, SweptBroker, VirtualHosts, empty_memory_broker
from tests.harness.browser import Browser
from tests.harness.databases import (
    POSTGRESQL,
    SQLITE,
    DatabaseFactory,
    PostgresDatabases,
    SqliteFiles,
)
from tests.harness.webdriver import Session

QUIET = (
    "autovacuum=off",
    "bgwriter_lru_maxpages=0",
    "checkpoint_timeout=1h",
    "jit=off",
    "max_wal_senders=0",
    "track_counts=off",
    "wal_level=minimal",
)
"""The server does nothing by itself: its databases are small, and gone before anything is worth it."""

LOGGING: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.format_exc_info,
    structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
]
"""Unconfigured, structlog paints a large picture of each error, which nearly nobody sees."""

pytest_plugins = ["tests.harness.deadlines"]

COLLECTED = pytest.StashKey[list[pytest.Item]]()
"""All tests that were found, before some were chosen by their marks."""

# How long an example takes says nothing where other lanes run beside.
hypothesis.settings.register_profile("fanfare", deadline=None)
hypothesis.settings.load_profile("fanfare")


def pytest_sessionstart() -> None:
    """Collect without garbage collections, which would look through all modules hundreds of times."""
    gc.disable()
    Child.launch = staticmethod(forge.launched)
    connections.share()
    structlog.configure(processors=LOGGING)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.stash[COLLECTED] = list(items)


def pytest_collection_finish() -> None:
    collector.settle()
    gc.enable()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresDatabases]:
    if url := os.environ.get(POSTGRES_URL):
        databases = PostgresDatabases(url)
        yield databases
        databases.close()
        return
    with PostgresServer(settings=QUIET) as server:
        databases = PostgresDatabases(server.url("postgres"))
        yield databases
        databases.close()


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
def fresh_database(request: pytest.FixtureRequest, sqlite_files: SqliteFiles) -> Iterator[DatabaseFactory]:
    factory = DatabaseFactory(sqlite_files, lambda: request.getfixturevalue("postgres"))
    yield factory
    factory.close()


@pytest.fixture(params=[pytest.param(SQLITE, marks=pytest.mark.embedded), POSTGRESQL])
def backend(request: pytest.FixtureRequest) -> str:
    """Runs the test once on each kind of database: ``make test`` leaves SQLite to ``make test-embedded``."""
    kind: str = request.param
    if kind == POSTGRESQL:
        request.getfixturevalue("postgres")
    return kind


@pytest.fixture
def database_of(fresh_database: DatabaseFactory, backend: str) -> Callable[[str], Database]:
    return lambda service: fresh_database(service, backend)


@pytest.fixture(scope="session")
def brokers() -> Iterator[Brokers]:
    if url := os.environ.get(RABBITMQ_URL):
        yield SweptBroker(url)
        return
    with RabbitServer() as server:
        yield VirtualHosts(server)


@pytest.fixture
def broker_url(brokers: Brokers) -> str:
    return brokers.fresh_url()


@pytest.fixture
def mail_sink(tmp_path: Path) -> Iterator[MailSink]:
    with MailSink(tmp_path / "mail") as sink:
        yield sink


@pytest.fixture(scope="session")
def chromium() -> Iterator[Session]:
    if find_programs() is None:
        pytest.skip(f"there is no Chromium with its driver (Debian: apt-get install {' '.join(PACKAGES)})")
    with ChromiumDriver() as driver:
        session = Session(driver.url, driver.capabilities)
        yield session
        session.close()


@pytest.fixture
def browser(chromium: Session) -> Iterator[Browser]:
    browser = Browser(chromium)
    yield browser
    assert browser.problems() == []


@pytest.fixture(autouse=True)
def _as_if_nothing_had_been_before() -> Iterator[None]:
    """No test sees the clock that another moved, or its events in the broker of the process."""
    yield
    clock.travel(seconds=0)
    empty_memory_broker()
