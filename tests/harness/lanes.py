"""Runs the tests in lanes, pytest processes that take the files from one another's hands.

``python -m tests.harness.lanes`` takes the arguments of pytest. Each lane collects everything and runs
the files that it is the first to claim, so that no lane waits while another has work left. A lane
starts servers of its own.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import pytest

CLAIMS = "FANFARE_TEST_CLAIMS"
"""The folder in which lanes claim what they run."""

MOST_LANES = 4

MORE_LANES_THAN_CORES = 1
"""A lane waits for a fifth of its time: for servers, for browsers, for pauses that a test is about."""

LOOK_SECONDS = 0.2
TOGETHER = ("suite", "harness", "architecture")
"""Folders whose files share what is costly to start."""

FIRST = ("suite", "journeys", "bench", "fanfare", "deploy")
"""Folders with long tests: taken first, so that no lane is left alone with one in the end."""


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run what this lane can claim. Without lanes pytest does as always."""
    if CLAIMS not in os.environ or session.config.option.collectonly:
        return None
    items = _claimed(session, Path(os.environ[CLAIMS]))
    item = next(items, None)
    while item is not None:
        following = next(items, None)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following
    return True


def _claimed(session: pytest.Session, claims: Path) -> Iterator[pytest.Item]:
    tests = Path(__file__).parents[1]

    def unit(item: pytest.Item) -> tuple[str, ...]:
        parts = item.path.relative_to(tests).parts if item.path.is_relative_to(tests) else item.path.parts
        return parts[:1] if parts[0] in TOGETHER else parts

    ordered = sorted(session.items, key=lambda item: (unit(item)[0] not in FIRST, unit(item)))
    for name, items in groupby(ordered, key=unit):
        try:
            (claims / sha256("/".join(name).encode()).hexdigest()).mkdir()
        except FileExistsError:
            continue
        yield from items


def main(arguments: list[str]) -> int:
    """Run the lanes, show each one's output when it has ended. Returns the worst of their exit codes."""
    began = time.monotonic()
    with TemporaryDirectory(prefix="fanfare-lanes-") as folder:
        claims = Path(folder) / "claims"
        claims.mkdir()
        count = min(MOST_LANES, (os.cpu_count() or 1) + MORE_LANES_THAN_CORES)
        command = [sys.executable, "-m", "pytest", "-p", __spec__.name, *arguments]
        environment = {**os.environ, CLAIMS: str(claims)}
        logs = [Path(folder) / f"lane{number}" for number in range(count)]
        with ExitStack() as files:
            lanes = [
                subprocess.Popen(
                    command,
                    stdout=files.enter_context(log.open("wb")),
                    stderr=subprocess.STDOUT,
                    env=environment,
                )
                for log in logs
            ]
            outputs = [files.enter_context(log.open("rb")) for log in logs]
            try:
                _watch(lanes, outputs)
            finally:
                for lane in lanes:
                    lane.terminate()
                codes = [lane.wait() for lane in lanes]
    print(f"{count} lanes, {time.monotonic() - began:.0f} s", flush=True)
    nothing = int(pytest.ExitCode.NO_TESTS_COLLECTED)
    return max((code for code in codes if code != nothing), key=abs, default=nothing)


def _watch(lanes: "Sequence[subprocess.Popen[bytes]]", outputs: Sequence[BinaryIO]) -> None:
    """Show whole lines of every lane as they come, with its number, until all have ended."""
    shown = [0] * len(lanes)
    running = True
    while running:
        running = any(lane.poll() is None for lane in lanes)
        for number, output in enumerate(outputs):
            output.seek(shown[number])
            new = output.read()
            whole = new[: new.rfind(b"\n") + 1] if running else new
            shown[number] += len(whole)
            for line in whole.decode(errors="replace").splitlines():
                print(f"{number + 1}| {line}", flush=True)
        time.sleep(LOOK_SECONDS if running else 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
