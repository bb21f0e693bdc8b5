"""The drill of docs/operators.md: dump, wipe, restore, catch up by the feed; figures are equal."""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import make_url

from chassis.applying import Applier
from chassis.auth import Actor
from chassis.database import Database
from chassis.envelope import Message
from chassis.ids import new_id
from chassis.subscribe import subscriptions_of
from fanfare.local.postgres import find_binaries
from services.reporting.archive.cloudevents import encode
from services.reporting.archive.holding import hold_archive
from services.reporting.archive.queries import events, last_position
from services.reporting.archive.saved import SKIPPED, Loader, save
from services.reporting.evaluation.report import evaluate_campaign
from services.reporting.rebuilds.builder import rebuild_now
from services.reporting.service import ReportingService
from services.reporting.settings import ReportingSettings
from tests.harness.databases import PostgresDatabases
from tests.services.reporting.builders import story
from tests.services.reporting.conftest import KEY
from tests.services.reporting.rows import rows_of

ROOT = Actor.system("root")
SETTINGS = ReportingSettings(service="reporting", link_key=KEY)


class Place:
    """One database of reporting, as whoever runs it sees it."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self.database = Database(url, service="reporting")

    def hear(self, messages: Sequence[Message]) -> None:
        """Take messages in as they come from the broker, repeats among them."""
        (subscription,) = subscriptions_of(ReportingService())
        Applier(self.database, SETTINGS, subscription).apply(messages)

    def figures(self, campaign_id: UUID) -> dict[str, Any]:
        with self.database.reading() as session:
            found = evaluate_campaign(session, ROOT, campaign_id).figures
        return {name: figure["value"] for name, figure in found.items()}

    def feed(self) -> bytes:
        with self.database.reading() as session:
            return encode(session.scalars(events(ROOT, limit=1000)).all())

    def last_position(self) -> int:
        with self.database.reading() as session:
            return last_position(session)


def tool(name: str, *arguments: str) -> None:
    folder = find_binaries()
    assert folder is not None
    subprocess.run([str(folder / name), *arguments], check=True, capture_output=True)


@pytest.fixture
def lost(postgres: PostgresDatabases) -> Iterator[Place]:
    name = postgres.migrated("reporting")
    place = Place(postgres.url(name))
    yield place
    place.database.close()
    postgres.drop(name)


@pytest.fixture
def restored(postgres: PostgresDatabases) -> Iterator[Place]:
    name = postgres.create()
    place = Place(postgres.url(name))
    yield place
    place.database.close()
    postgres.drop(name)


def test_what_was_dumped_and_saved_gives_the_same_figures_and_the_same_feed(
    lost: Place, restored: Place, tmp_path: Path
) -> None:
    campaigns = [new_id(), new_id()]
    dumped, saved = story(campaigns[0]), story(campaigns[1])
    lost.hear(dumped)
    assert save(lost.database, tmp_path / "feed") == 16
    tool("pg_dump", "--format=custom", f"--file={tmp_path}/dump", lost.url)
    with lost.database.transaction() as session:
        hold_archive(session, positions=7)
    lost.hear(saved)
    assert save(lost.database, tmp_path / "feed") == 16
    assert save(lost.database, tmp_path / "feed") == 0
    expected = [lost.figures(one) for one in campaigns], lost.feed(), rows_of(lost.database)

    tool("pg_restore", f"--dbname={restored.url}", "--no-owner", f"{tmp_path}/dump")
    assert restored.last_position() == 16
    assert Loader(restored.database, SETTINGS).load(tmp_path / "feed") == 16
    again = [restored.figures(one) for one in campaigns], restored.feed(), rows_of(restored.database)
    assert again == expected

    restored.hear([*dumped, *saved])
    assert restored.feed() == expected[1]
    restored.hear(story(new_id()))
    assert restored.last_position() > SKIPPED
    assert rebuild_now(restored.database, ROOT, ["all"]).state == "switched"
    assert [restored.figures(one) for one in campaigns] == expected[0]
