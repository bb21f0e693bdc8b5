"""A served outreach service with its database beside it; one for all tests of a module, renewed for each."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from chassis.database import Database
from services.outreach.service import OutreachService
from tests.harness.databases import SqliteFiles
from tests.harness.serving import Client, serve
from tests.services.outreach.builders import LINK_KEY
from tests.services.outreach.senders import slow, start_sender, troubled

__all__ = ["slow", "start_sender", "troubled"]


@dataclass(frozen=True)
class Served:
    """The service over HTTP, and its database for what comes in by event."""

    client: Client
    database: Database


@pytest.fixture(scope="module")
def running(sqlite_files: SqliteFiles) -> Iterator[Served]:
    url = f"sqlite:///{sqlite_files.migrated('outreach')}"
    database = Database(url, service="outreach")
    with serve(OutreachService, url, link_key=LINK_KEY) as client:
        yield Served(client, database)
    database.close()


@pytest.fixture
def served(running: Served, sqlite_files: SqliteFiles) -> Served:
    sqlite_files.renew(running.database)
    return running
