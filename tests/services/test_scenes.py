"""What is put into a database as rows is what the actions write, and is used nowhere else."""

from collections.abc import Callable

import pytest

from chassis import clock
from chassis.database import Database
from services.campaign.planning.model import Campaign
from tests.harness.databases import DatabaseFactory
from tests.services import scenes
from tests.services.campaign.builders import a_draft, a_running_campaign, a_starting_campaign, campaign_of
from tests.services.scenes import put, rows_of


@pytest.fixture
def fresh(fresh_database: DatabaseFactory, backend: str) -> Callable[[], Database]:
    return lambda: fresh_database("campaign", backend)


def test_a_scene_has_every_row_that_its_actions_wrote(
    fresh: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenes, "_is_fresh", lambda _scene: True)
    first, second, third = fresh(), fresh(), fresh()
    made = [a_starting_campaign(one, name="Autumn") for one in (first, second, third)]
    assert made[0] != made[1] == made[2]
    assert rows_of(second) == rows_of(third)
    assert {name: len(rows) for name, rows in rows_of(first).items()} == {
        name: len(rows) for name, rows in rows_of(third).items()
    }
    assert campaign_of(third, made[2]).state == "starting"


def test_life_goes_on_after_a_scene_as_after_its_actions(fresh: Callable[[], Database]) -> None:
    for _ in range(3):
        database = fresh()
        a_running_campaign(database, contacts=[], name="Winter")
        number = a_running_campaign(database, contacts=[], name="Winter", code="OTHER")
        assert campaign_of(database, number).state == "running"


def test_where_other_rows_are_a_scene_is_played(fresh: Callable[[], Database]) -> None:
    made = set()
    for _ in range(3):
        database = fresh()
        a_draft(database, code="FIRST")
        made.add(a_starting_campaign(database, name="Spring"))
    assert len(made) == 3


def test_a_scene_grows_old(fresh: Callable[[], Database], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "FRESH_SECONDS", 0)
    made = {a_starting_campaign(fresh(), name="Old") for _ in range(3)}
    assert len(made) == 3


def test_at_another_time_a_scene_is_played(fresh: Callable[[], Database]) -> None:
    clock.travel(seconds=90)
    made = {a_starting_campaign(fresh(), name="Later") for _ in range(3)}
    assert len(made) == 3


def test_nothing_is_put_beside_other_rows(fresh: Callable[[], Database]) -> None:
    database, other = fresh(), fresh()
    a_draft(database)
    a_draft(other, code="OTHER")
    before = rows_of(other)
    assert not put(other, rows_of(database))
    assert rows_of(other) == before
    with other.reading() as session:
        assert session.query(Campaign).count() == 1
