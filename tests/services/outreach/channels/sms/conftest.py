"""An SMS centre, and a process that hands messages to it. Both go on from test to test."""

import itertools
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from fanfare.local.process import Child, wait_until
from fanfare.local.smsc import Smsc

SOURCE = Path(__file__).parents[5]
SECONDS = 100

Submit = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def running_smsc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Smsc]:
    with Smsc(tmp_path_factory.mktemp("smsc")) as centre:
        yield centre


@pytest.fixture
def smsc(running_smsc: Smsc) -> Smsc:
    """A centre that has seen nothing yet."""
    running_smsc.start().order("forget")
    return running_smsc


@pytest.fixture(scope="session")
def submitter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    folder = tmp_path_factory.mktemp("orders")
    command = [sys.executable, "-m", "tests.services.outreach.channels.sms.submitting", str(folder)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FANFARE_")}
    child = Child("submitter", command, log=folder / "submitter.log", environment=environment, folder=SOURCE)
    yield child
    child.kill()


@pytest.fixture
def submit(submitter: Child) -> Submit:
    """Hands (address, text) pairs to ``url`` in a process of its own. Returns the answers as they came."""
    names = (f"order{number}" for number in itertools.count(1))

    def run(url: str, messages: Sequence[tuple[str, str]], **options: Any) -> list[dict[str, Any]]:
        submitter.start()
        order = submitter.log.with_name(f"{next(names)}.written")
        order.write_text(json.dumps({"url": url, "messages": list(messages), **options}))
        order.rename(order.with_suffix(".json"))
        answers = order.with_suffix(".answers")
        ended = wait_until(lambda: answers.exists() or not submitter.alive, seconds=SECONDS, pause=0.01)
        assert ended and answers.exists(), submitter.tail()
        lines = answers.read_text().splitlines()
        answers.unlink()
        return [json.loads(line) for line in lines]

    return run
