"""Workers go on after errors, wait for the database, and end when they are told to."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from chassis.config import ConfigError, Settings
from chassis.database import Database
from chassis.work import chosen
from fanfare.local.ports import HOST, free_port
from fanfare.local.process import Child, wait_until
from tests.chassis.toys import notes
from tests.harness.databases import SQLITE

SECONDS = 30.0


@pytest.fixture
def database(toy_database: Callable[[str], Database]) -> Database:
    return toy_database(SQLITE)


@pytest.fixture
def start(tmp_path: Path, database: Database) -> Iterator[Callable[..., Child]]:
    started: list[Child] = []

    def start(toys: str, *, url: str = "", grace: float = 20.0, port: int = 0, **others: str) -> Child:
        command = [sys.executable, "-m", "tests.chassis.toy_worker", url or str(database.url)]
        command += [str(grace), str(port or free_port())]
        environment = {**os.environ, "TOYS": toys, **others}
        started.append(Child("worker", command, log=tmp_path / "worker.log", environment=environment))
        return started[-1].start()

    yield start
    for child in started:
        child.kill()


def test_a_worker_goes_on_after_its_step_went_wrong_and_its_probes_tell_that_it_works(
    start: Callable[..., Child], database: Database
) -> None:
    port = free_port()
    worker = start("ada,bob", port=port)
    assert wait_until(lambda: sorted(notes(database)) == ["ada", "bob"], seconds=SECONDS), worker.tail()
    assert worker.log.read_text().count("step_failed") == 4
    url = f"http://{HOST}:{port}"
    assert wait_until(lambda: answers(f"{url}/readyz"), seconds=SECONDS)
    assert answers(f"{url}/livez")
    shown = requests.get(f"{url}/metrics", timeout=5).text
    assert 'fanfare_work_steps_total{outcome="failed",worker="ada"}' in shown
    assert 'fanfare_work_step_seconds_bucket{le="0.01",worker="ada"}' in shown
    assert 'process="worker",service=' in shown
    assert worker.stop() == 0


def test_a_worker_waits_for_a_database_that_is_away_and_says_so(start: Callable[..., Child]) -> None:
    worker = start("ada", url="postgresql+psycopg2://nobody@127.0.0.1:1/nothing")
    assert wait_until(lambda: "worker_waits" in worker.log.read_text(), seconds=SECONDS), worker.tail()
    assert worker.stop() == 0


def test_a_step_that_does_not_end_is_cut_off_after_the_grace_period(start: Callable[..., Child]) -> None:
    worker = start("stuck", grace=0.5)
    assert wait_until(lambda: "stuck" in worker.log.read_text(), seconds=SECONDS)
    assert worker.stop() == 70


def test_workers_neither_work_nor_are_ready_before_the_database_is_migrated(
    start: Callable[..., Child], database: Database, tmp_path: Path
) -> None:
    port, migrated = free_port(), tmp_path / "migrated"
    worker = start("ada", port=port, MIGRATED=str(migrated))
    url = f"http://{HOST}:{port}"
    assert wait_until(lambda: answers(f"{url}/livez"), seconds=SECONDS), worker.tail()
    assert wait_until(lambda: "workers_wait" in worker.log.read_text(), seconds=SECONDS), worker.tail()
    refused = requests.get(f"{url}/readyz", timeout=5)
    assert (refused.status_code, refused.json()) == (503, ["the database of toys is not migrated"])
    assert "step_failed" not in worker.log.read_text()
    migrated.touch()
    assert wait_until(lambda: notes(database) == ["ada"], seconds=SECONDS), worker.tail()
    assert answers(f"{url}/readyz")
    assert worker.stop() == 0


def test_a_worker_that_waits_for_a_migration_stops_at_once(
    start: Callable[..., Child], tmp_path: Path
) -> None:
    worker = start("stuck", grace=0.5, MIGRATED=str(tmp_path / "never"))
    assert wait_until(lambda: "workers_wait" in worker.log.read_text(), seconds=SECONDS), worker.tail()
    assert worker.stop() == 0


@dataclass
class Named:
    """A worker that has a name and nothing to do."""

    name: str

    def step(self) -> bool:
        return False


def of_names(workers: str) -> list[str]:
    """Who works where the settings name ``workers``."""
    settings = Settings(service="toys", workers=workers)
    return [one.name for one in chosen([Named("ada"), Named("bob"), Named("eve")], settings)]


def test_a_process_runs_the_workers_that_its_settings_name_or_all() -> None:
    assert of_names("") == ["ada", "bob", "eve"]
    assert of_names(" eve, ada,") == ["ada", "eve"]


def test_a_worker_that_there_is_not_is_named_with_those_that_there_are() -> None:
    with pytest.raises(ConfigError) as refused:
        of_names("ada,zoe,uli")
    assert str(refused.value) == (
        "FANFARE_TOYS_WORKERS is wrong: there is no worker uli, zoe; there are ada, bob, eve."
    )


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False
