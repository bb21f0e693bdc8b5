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


@pytest.fixture(scope="module")
def shared_office(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One served finance service on SQLite for all tests of a module; its files have up to 2000 bytes."""
    url = f"sqlite:///{sqlite_files.migrated('finance')}"
    files_url = tmp_path_factory.mktemp("files").as_uri()
    with serve(FinanceService, url, files_url=files_url, max_file_bytes=2000) as client:
        database = Database(url, service="finance")
        yield Office(client, database)
        database.close()
