"""The finance service as its callers meet it: one for all tests of a module, renewed for each."""

from collections.abc import Iterator

import pytest

from chassis.database import Database
from services.finance.service import FinanceService
from tests.harness.databases import SqliteFiles
from tests.harness.serving import serve
from tests.services.finance.office import Office


@pytest.fixture(scope="module")
def open_office(sqlite_files: SqliteFiles) -> Iterator[Office]:
    """A served finance service on SQLite."""
    url = f"sqlite:///{sqlite_files.migrated('finance')}"
    database = Database(url, service="finance")
    with serve(FinanceService, url) as client:
        yield Office(client, database)
    database.close()


@pytest.fixture
def office(open_office: Office, sqlite_files: SqliteFiles) -> Office:
    """The same, with nothing in it yet."""
    sqlite_files.renew(open_office.database)
    return open_office
