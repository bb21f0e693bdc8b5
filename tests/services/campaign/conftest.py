"""A served campaign service with its database beside it; one for all tests of a module, renewed for each."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from chassis.database import Database
from services.campaign.service import CampaignService
from tests.harness.databases import SqliteFiles
from tests.harness.serving import Client, serve


@dataclass(frozen=True)
class Served:
    """The service over HTTP, and its database for what comes in by event."""

    client: Client
    database: Database


@pytest.fixture(scope="module")
def running(sqlite_files: SqliteFiles) -> Iterator[Served]:
    url = f"sqlite:///{sqlite_files.migrated('campaign')}"
    database = Database(url, service="campaign")
    with serve(CampaignService, url) as client:
        yield Served(client, database)
    database.close()


@pytest.fixture
def served(running: Served, sqlite_files: SqliteFiles) -> Served:
    sqlite_files.renew(running.database)
    return running
