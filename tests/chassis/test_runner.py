"""A process of services waits for what is away, stops on a signal, and never hangs in stopping."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from chassis.database import Database
from chassis.outbox import outbox
from fanfare.local.ports import HOST, free_port
from fanfare.local.process import Child, wait_until
from tests.chassis.test_service import assign
from tests.chassis.toys import Base, drain, notes
from tests.harness.databases import SQLITE, DatabaseFactory
from tests.harness.people import jwks

SECONDS = 30.0
AWAY = "postgresql+psycopg2://nobody@127.0.0.1:1/nothing"


class Toy:
    """The toy service as a process."""

    def __init__(self, folder: Path, database_url: str, broker_url: str, *, grace: float) -> None:
        self.probes = f"http://{HOST}:{free_port()}"
        settings = {
            "DATABASE_URL": database_url,
            "BROKER_URL": broker_url,
            "HTTP_PORT": str(free_port()),
            "PROBE_PORT": self.probes.rpartition(":")[2],
            "OIDC_JWKS": str(jwks()),
        }
        environment = {f"FANFARE_CAMPAIGN_{name}": value for name, value in settings.items()}
        command = [sys.executable, "-m", "tests.chassis.toy_service", str(grace)]
        log = folder / "toy.log"
        self.process = Child("toy", command, log=log, environment={**os.environ, **environment})

    @property
    def log(self) -> str:
        return self.process.log.read_text()

    def says(self, text: str) -> bool:
        return wait_until(lambda: text in self.log, seconds=SECONDS)

    def answers(self, path: str) -> int:
        try:
            return requests.get(f"{self.probes}{path}", timeout=2).status_code
        except requests.RequestException:
            return 0

    def is_ready(self) -> bool:
        return wait_until(lambda: self.answers("/readyz") == 200, seconds=SECONDS)


@pytest.fixture
def database(fresh_database: DatabaseFactory) -> Database:
    database = fresh_database("campaign", SQLITE)
    Base.metadata.create_all(database.engine)
    return database


@pytest.fixture
def start(tmp_path: Path, database: Database) -> Iterator[Callable[..., Toy]]:
    started: list[Toy] = []

    def start(broker_url: str, *, database_url: str = "", grace: float = 20.0) -> Toy:
        toy = Toy(tmp_path, database_url or str(database.url), broker_url, grace=grace)
        started.append(toy)
        toy.process.start()
        return toy

    yield start
    for toy in started:
        toy.process.kill()


def test_a_signal_ends_it_with_the_batch_finished_and_the_outbox_shipped(
    start: Callable[..., Toy], database: Database, broker_url: str
) -> None:
    toy = start(broker_url)
    assert toy.is_ready(), toy.process.tail()
    assign(broker_url, "slow")
    assert toy.says("handling slow")
    assert toy.process.stop() == 0, toy.process.tail()
    assert notes(database) == ["slow"]
    with database.reading() as session:
        assert session.scalars(select(func.count()).select_from(outbox)).one() == 0
    assert len(drain(broker_url, "finance.plans")) == 1


def test_the_watchdog_ends_what_does_not_stop_in_time(start: Callable[..., Toy], broker_url: str) -> None:
    toy = start(broker_url, grace=1.0)
    assert toy.is_ready(), toy.process.tail()
    assign(broker_url, "stuck")
    assert toy.says("handling stuck")
    assert toy.process.stop() == 70
    assert "longer than the grace period" in toy.log


def test_with_broker_and_database_away_it_waits_says_so_lives_and_stops(start: Callable[..., Toy]) -> None:
    toy = start("amqp://guest:guest@127.0.0.1:1//", database_url=AWAY)
    assert toy.says("service_waits")
    assert (toy.answers("/livez"), toy.answers("/readyz")) == (200, 503)
    assert toy.process.alive
    assert toy.process.stop() == 0, toy.process.tail()


def test_with_the_broker_away_it_waits_says_so_and_stops(start: Callable[..., Toy]) -> None:
    toy = start("amqp://guest:guest@127.0.0.1:1//")
    assert toy.says("reader_waits") and toy.says("relay_waits")
    assert (toy.answers("/livez"), toy.answers("/readyz")) == (200, 503)
    assert toy.process.stop() == 0, toy.process.tail()
