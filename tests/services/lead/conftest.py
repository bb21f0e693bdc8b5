"""The lead service as people call it; one served for all tests of a module."""

from collections.abc import Iterator

import pytest

from chassis.database import Database
from services.lead.service import LeadService
from tests.harness.databases import SqliteFiles
from tests.harness.serving import Client, serve


@pytest.fixture(scope="module")
def lead_url(sqlite_files: SqliteFiles) -> str:
    """The URL of the database that the served service stands on."""
    return f"sqlite:///{sqlite_files.migrated('lead')}"


@pytest.fixture(scope="module")
def lead(lead_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    files = tmp_path_factory.mktemp("files").as_uri()
    with serve(LeadService, lead_url, phone_region="US", files_url=files) as client:
        yield client


@pytest.fixture(scope="module")
def lead_database(lead_url: str) -> Iterator[Database]:
    """The database of the served service, for its workers."""
    database = Database(lead_url, service="lead")
    yield database
    database.close()
