"""The demonstration, played once on each kind of stack for all journeys of this folder.

``embedded`` and ``real`` are stages after the last step, with everything still up; ``played`` is either.
What needs the former bears its name as a mark, and no test needs both: they are run by two commands.
On the real one the client of docs/integrators.md has listened from the beginning.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from fanfare.demo import staging
from fanfare.demo.staging import Servers
from fanfare.demo.steps import play
from fanfare.demo.world import World
from fanfare.local.process import Child
from fanfare.local.stack import Stack
from tests.harness.brokers import Brokers
from tests.harness.databases import PostgresDatabases

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "integrators.md"
SERVICES = ("campaign", "finance", "lead", "outreach", "reporting")
PEOPLE = 1000
"""Half of the sample: every list is still of several pages, and every batch of several batches."""

LISTEN_SECONDS = 30


@dataclass(frozen=True)
class Stage:
    """A played demonstration. ``outsider`` is the client of the guide, where it listens."""

    world: World
    stack: Stack
    outsider: Child | None = None


def pytest_itemcollected(item: pytest.Item) -> None:
    if "embedded" in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.embedded)


@pytest.fixture(scope="package")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("embedded")
    with (
        staging.embedded_servers(folder) as servers,
        staging.staged(servers, folder, embedded=True, people=PEOPLE) as (world, stack),
    ):
        yield Stage(play(world), stack)


@pytest.fixture(scope="package")
def real(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresDatabases, brokers: Brokers
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("real")
    owned = {service: postgres.create_owned() for service in SERVICES}
    servers = Servers({service: url for service, (_, url) in owned.items()}, brokers.fresh_url())
    try:
        with (
            listening(servers.broker_url, folder) as outsider,
            staging.staged(servers, folder, embedded=False, people=PEOPLE) as (world, stack),
        ):
            yield Stage(play(world), stack, outsider)
    finally:
        for name, _ in owned.values():
            postgres.drop_owned(name)


@pytest.fixture(params=[pytest.param("embedded", marks=pytest.mark.embedded), "real"])
def played(request: pytest.FixtureRequest) -> Stage:
    stage: Stage = request.getfixturevalue(request.param)
    return stage


@contextmanager
def listening(broker_url: str, folder: Path) -> Iterator[Child]:
    """The client of the guide as a process of its own, once its queue stands."""
    client = Child(
        "outsider",
        [sys.executable, "-c", client_of_the_guide()],
        log=folder / "outsider.log",
        environment=os.environ | {"AMQP_URL": broker_url, "PYTHONSAFEPATH": "1"},
        folder=ROOT,
    )
    client.start()
    try:
        client.wait_ready(lambda: client.tail().startswith("listening"), seconds=LISTEN_SECONDS)
        yield client
    finally:
        client.stop(grace=5)


def client_of_the_guide() -> str:
    """The one Python program in docs/integrators.md."""
    return program_of_the_guide("python")


def program_of_the_guide(language: str) -> str:
    """The one program in docs/integrators.md that is written in ``language``."""
    (code,) = re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    return str(code)
