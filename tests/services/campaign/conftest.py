"""A served campaign service with its database beside it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from chassis.database import Database
from services.campaign.service import CampaignService
from tests.harness.databases import DatabaseFactory
from tests.harness.serving import Client, serve


@dataclass(frozen=True)
class Served:
    """The service over HTTP, and its database for what comes in by event."""

    client: Client
    database: Database


@pytest.fixture
def served(fresh_database: DatabaseFactory) -> Iterator[Served]:
    url = fresh_database.url("campaign")
    database = Database(url, service="campaign")
    with serve(CampaignService, url) as client:
        yield Served(client, database)
    database.close()
