"""The finance service as its callers meet it."""

from collections.abc import Iterator

import pytest

from chassis.database import Database
from services.finance.service import FinanceService
from tests.harness.databases import DatabaseFactory, SqliteFiles
from tests.harness.serving import serve
from tests.services.finance.office import Office


@pytest.fixture
def office(fresh_database: DatabaseFactory) -> Iterator[Office]:
    """A served finance service on SQLite."""
    url = fresh_database.url("finance")
    with serve(FinanceService, url) as client:
        database = Database(url, service="finance")
        yield Office(client, database)
        database.close()


@pytest.fixture(scope="module")
def shared_office(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One served finance service on SQLite for all tests of a module; its files have up to 2000 bytes."""
    url = f"sqlite:///{sqlite_files.migrated('finance')}"
    files_url = tmp_path_factory.mktemp("files").as_uri()
    with serve(FinanceService, url, files_url=files_url, max_file_bytes=2000) as client:
        database = Database(url, service="finance")
        yield Office(client, database)
        database.close()
