"""An SMS centre, and a process that hands messages to it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from fanfare.local.smsc import Smsc

SOURCE = Path(__file__).parents[5]

Submit = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def smsc(tmp_path: Path) -> Iterator[Smsc]:
    with Smsc(tmp_path) as centre:
        yield centre


@pytest.fixture
def submit(tmp_path: Path) -> Submit:
    """Hands (address, text) pairs to ``url`` in a process of its own. Returns the answers as they came."""

    def run(url: str, messages: Sequence[tuple[str, str]], **options: Any) -> list[dict[str, Any]]:
        order, answers = tmp_path / "order.json", tmp_path / "answers.jsonl"
        order.write_text(json.dumps({"url": url, "messages": list(messages), **options}))
        command = [sys.executable, "-m", "tests.services.outreach.channels.sms.submitting"]
        command += [str(order), str(answers)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("FANFARE_")}
        subprocess.run(command, cwd=SOURCE, env=environment, timeout=100, check=True)
        return [json.loads(line) for line in answers.read_text().splitlines()]

    return run
