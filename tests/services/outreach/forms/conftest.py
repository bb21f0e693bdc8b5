"""A served outreach service whose forms take pages at any pace."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from chassis.database import Database
from services.outreach.forms import hosted
from services.outreach.forms.guard import Pace
from services.outreach.service import OutreachService
from tests.harness.databases import SQLITE, DatabaseFactory, SqliteFiles
from tests.harness.serving import serve
from tests.services.outreach.builders import LINK_KEY
from tests.services.outreach.conftest import Served

FREE: dict[str, Any] = {
    "form_fewest_seconds": 0,
    "form_posts_per_minute": 0,
    "form_redirect_hosts": "shop.example",
}


@contextmanager
def hosted_on(url: str) -> Iterator[Served]:
    database = Database(url, service="outreach")
    with serve(OutreachService, url, link_key=LINK_KEY, **FREE) as client:
        yield Served(client, database)
    database.close()


@pytest.fixture(scope="module")
def open_hosting(sqlite_files: SqliteFiles) -> Iterator[Served]:
    """On SQLite, for all tests of a module."""
    with hosted_on(f"sqlite:///{sqlite_files.migrated('outreach')}") as served:
        yield served


@pytest.fixture
def hosting(request: pytest.FixtureRequest, backend: str) -> Iterator[Served]:
    """On SQLite and on PostgreSQL."""
    if backend == SQLITE:
        shared: Served = request.getfixturevalue("open_hosting")
        request.getfixturevalue("sqlite_files").renew(shared.database)
        yield shared
        return
    with hosted_on(request.getfixturevalue("fresh_database").url("outreach", backend)) as served:
        yield served


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
