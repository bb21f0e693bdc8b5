"""Senders and a troubled mail server, as real processes."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chassis.database import Database
from fanfare.local.ports import HOST, free_port, is_open
from fanfare.local.process import Child
from tests.services.outreach.builders import LINK_KEY

SOURCE = Path(__file__).parents[3]

StartSender = Callable[..., Child]


class TroubledServer:
    """See ``troubled_server``. ``arrived`` counts the whole mails of each recipient."""

    def __init__(self, folder: Path, *, delay: float = 0.0) -> None:
        self.port = free_port()
        self.url = f"smtp://{HOST}:{self.port}"
        self._log = folder / "arrived"
        command = [sys.executable, "-m", "tests.services.outreach.channels.email.troubled_server"]
        command += [str(self.port), str(self._log), str(delay)]
        self.process = Child("troubled", command, log=folder / "troubled.log", folder=SOURCE)

    def start(self) -> None:
        self.process.start()
        self.process.wait_ready(lambda: is_open(self.port), seconds=20)

    @property
    def arrived(self) -> Counter[str]:
        return Counter(self._log.read_text().split()) if self._log.exists() else Counter()

    def took(self, count: int) -> bool:
        """Whether so many mails have arrived."""
        return self.arrived.total() >= count


@pytest.fixture
def troubled(tmp_path: Path) -> Iterator[TroubledServer]:
    server = TroubledServer(tmp_path)
    server.start()
    yield server
    server.process.kill()


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[TroubledServer]:
    """One that takes its time for each mail."""
    server = TroubledServer(tmp_path, delay=0.02)
    server.start()
    yield server
    server.process.kill()


@pytest.fixture
def start_sender(tmp_path: Path) -> Iterator[StartSender]:
    """Starts senders on a database; keyword arguments are settings by their names."""
    started: list[Child] = []

    def start(database: Database, **settings: object) -> Child:
        values = {
            "database_url": database.url.render_as_string(hide_password=False),
            "link_key": LINK_KEY,
            "public_url": "https://mail.example",
            "mail_from": "News <news@example.com>",
            "send_retry_seconds": 0.1,
            **settings,
        }
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FANFARE_")}
        environment |= {f"FANFARE_OUTREACH_{name.upper()}": str(value) for name, value in values.items()}
        command = [sys.executable, "-m", "fanfare", "work", "outreach", "--probe-port", "0"]
        log = tmp_path / "sender.log"
        started.append(Child("sender", command, log=log, environment=environment, folder=SOURCE).start())
        return started[-1]

    yield start
    for child in started:
        child.kill()
