"""A running reporting service that has heard the story of one campaign of the north."""

from collections.abc import Iterator

import pytest

from chassis.database import Database
from chassis.ids import new_id
from services.reporting.service import ReportingService
from tests.harness.databases import DatabaseFactory, SqliteFiles
from tests.harness.serving import serve
from tests.services.reporting.builders import story
from tests.services.reporting.running import Reporting

KEY = "a key for the links of the tests, long enough"


@pytest.fixture(scope="module")
def shared_reporting(sqlite_files: SqliteFiles) -> Iterator[Reporting]:
    """One for all tests of a module, on SQLite. Whoever has it hear more does so for all of them."""
    url = f"sqlite:///{sqlite_files.migrated('reporting')}"
    database = Database(url, service="reporting")
    with serve(ReportingService, url, link_key=KEY) as client:
        running = Reporting(client, database, new_id())
        running.hear(*story(running.campaign_id))
        yield running
    database.close()


@pytest.fixture
def reporting(reporting_on_both: Reporting) -> Reporting:
    return reporting_on_both


@pytest.fixture
def reporting_on_both(fresh_database: DatabaseFactory, backend: str) -> Iterator[Reporting]:
    """One of its own for the test, which runs on each kind of database."""
    url = fresh_database.url("reporting", backend)
    database = Database(url, service="reporting")
    with serve(ReportingService, url, link_key=KEY, snapshot_seconds=0.1) as client:
        running = Reporting(client, database, new_id())
        running.hear(*story(running.campaign_id))
        yield running
    database.close()


@pytest.fixture(scope="module")
def open_reporting(sqlite_files: SqliteFiles) -> Iterator[Reporting]:
    """A served reporting service on SQLite."""
    url = f"sqlite:///{sqlite_files.migrated('reporting')}"
    database = Database(url, service="reporting")
    with serve(ReportingService, url, link_key=KEY) as client:
        yield Reporting(client, database, new_id())
    database.close()


@pytest.fixture
def reporting_on_sqlite(open_reporting: Reporting, sqlite_files: SqliteFiles) -> Reporting:
    """The same for all tests of a module, which has heard nothing but the story of one campaign."""
    sqlite_files.renew(open_reporting.database)
    open_reporting.hear(*story(open_reporting.campaign_id))
    return open_reporting
