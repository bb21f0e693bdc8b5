"""The commands around the projections and the archive of reporting."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chassis.auth import Actor
from chassis.database import Database
from chassis.ids import new_id
from fanfare.commands import fanfare
from services.reporting.rebuilds.actions import start_rebuild
from tests.harness.databases import POSTGRESQL, DatabaseFactory
from tests.services.reporting.builders import story
from tests.services.reporting.conftest import KEY
from tests.services.reporting.rows import deliver


def run(*arguments: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(fanfare, arguments, input=answer)


def on(database: Database, environment: pytest.MonkeyPatch) -> Database:
    environment.setenv("FANFARE_DATABASE_URL", database.url.render_as_string(hide_password=False))
    environment.setenv("FANFARE_REPORTING_LINK_KEY", KEY)
    return database


@pytest.fixture
def database(fresh_database: DatabaseFactory, monkeypatch: pytest.MonkeyPatch) -> Database:
    return on(fresh_database("reporting"), monkeypatch)


def test_projections_are_listed_rebuilt_and_a_rebuild_is_stopped(database: Database) -> None:
    deliver(database, story(new_id()))
    assert "leads  version 1 of 1  current\n" in run("projections", "list").output
    with database.transaction() as session:
        start_rebuild(session, Actor.system("root"), ["leads"])
    assert "leads  version 1 of 1  rebuilding  0%, 16 behind" in run("projections", "list").output
    assert run("projections", "stop").output == "stopped: leads\n"
    assert run("projections", "stop").exit_code == 1
    assert run("projections", "rebuild", "leads", "waves").output == "switched: waves, leads from 16 events\n"
    refused = run("projections", "rebuild", "applause")
    assert (refused.exit_code, refused.output) == (1, "Error: projections: there is no projection applause\n")
    assert run("rebuild", "reporting").output.startswith("switched: campaigns, waves")


def test_what_came_since_the_last_time_is_saved_and_loaded(database: Database, tmp_path: Path) -> None:
    deliver(database, story(new_id()))
    assert run("archive", "save", str(tmp_path / "feed")).output == "16 events saved\n"
    assert run("archive", "save", str(tmp_path / "feed")).output == "0 events saved\n"
    assert [one.name for one in (tmp_path / "feed").iterdir()] == [f"events-{1:020}-{16:020}.json"]
    assert run("archive", "load", str(tmp_path / "feed")).output == "0 events loaded\n"
    assert run("archive", "load", str(tmp_path / "food")).exit_code == 1


def test_months_are_listed_detached_and_attached(
    fresh_database: DatabaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = story(new_id())
    for one in messages:
        one.time = one.time.replace(year=2024)
    deliver(on(fresh_database("reporting", POSTGRESQL), monkeypatch), messages)
    assert "2024-11" in run("archive", "months").output
    taken = run("archive", "detach", "2024-11", answer="y\n")
    assert "16 events are in the table detached_events_2024_11" in taken.output
    assert "2024-11  16 events  detached\n" in run("archive", "months").output
    assert run("archive", "attach", "2024-11").output == "2024-11 is attached\n"
    assert run("archive", "attach", "2024-13").exit_code == 2
