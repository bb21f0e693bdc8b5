"""The finance service as its callers meet it."""

from collections.abc import Iterator

import pytest

from chassis.database import Database
from services.finance.service import FinanceService
from tests.harness.databases import DatabaseFactory
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
