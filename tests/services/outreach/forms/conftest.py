"""A served outreach service whose forms take pages at any pace."""

from collections.abc import Iterator
from typing import Any

import pytest

from chassis.database import Database
from services.outreach.forms import hosted
from services.outreach.forms.guard import Pace
from services.outreach.service import OutreachService
from tests.harness.databases import DatabaseFactory
from tests.harness.serving import serve
from tests.services.outreach.builders import LINK_KEY
from tests.services.outreach.conftest import Served


@pytest.fixture
def hosting(fresh_database: DatabaseFactory, backend: str) -> Iterator[Served]:
    """On SQLite and on PostgreSQL."""
    url = fresh_database.url("outreach", backend)
    database = Database(url, service="outreach")
    free: dict[str, Any] = {
        "form_fewest_seconds": 0,
        "form_posts_per_minute": 0,
        "form_redirect_hosts": "shop.example",
    }
    with serve(OutreachService, url, link_key=LINK_KEY, **free) as client:
        yield Served(client, database)
    database.close()


@pytest.fixture
def strict(fresh_database: DatabaseFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """With little patience: a page needs an hour to be read, and three in a minute are too many."""
    url = fresh_database.url("outreach")
    database = Database(url, service="outreach")
    monkeypatch.setattr(hosted, "_pace", Pace())
    limits: dict[str, Any] = {"form_fewest_seconds": 3600, "form_posts_per_minute": 2}
    with serve(OutreachService, url, link_key=LINK_KEY, **limits) as client:
        yield Served(client, database)
    database.close()
