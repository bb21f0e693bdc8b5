"""Runs the tests in lanes, forks of one pytest that take the files from one another's hands.

``python -m tests.harness.lanes`` takes the arguments of pytest. To collect takes a core longer than nearly
any test, so it is done once, before the forks. Each runs the files that it is the first to draw, so that
no lane waits while another has work left. A lane starts servers of its own, and reports as pytest does.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import pytest

MOST_LANES = 4

MORE_LANES_THAN_CORES = 1
"""A lane waits for a fifth of its time: for servers, for browsers, for pauses that a test is about."""

LOOK_SECONDS = 0.2
TOGETHER = ("suite", "journeys", "harness", "architecture")
"""Folders whose files share what is costly to start."""

FIRST = ("suite", "journeys", "bench", "fanfare", "deploy")
"""Folders with long tests: taken first, so that no lane is left alone with one in the end."""

NUMBER_BYTES = 4
LAST_FAILED = "cache/lastfailed"
RAN = pytest.StashKey[set[str]]()
"""The names of what this lane has run."""


@dataclass
class Lane:
    """A fork, as the process that made it sees it."""

    number: int
    pid: int
    output: IO[bytes]
    shown: int = 0
    code: int | None = None
    """What it ended with, negative for a signal."""

    def runs(self) -> bool:
        if self.code is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            self.code = os.waitstatus_to_exitcode(status) if ended else None
        return self.code is None

    def show(self) -> bool:
        """Print the whole lines that have come, all once it has ended. Returns whether more may come."""
        runs = self.runs()
        # The lane writes where this file stands, so that is left alone.
        new = os.pread(self.output.fileno(), os.fstat(self.output.fileno()).st_size - self.shown, self.shown)
        whole = new[: new.rfind(b"\n") + 1] if runs else new
        self.shown += len(whole)
        for line in whole.decode(errors="replace").splitlines():
            print(f"{self.number}| {line}", flush=True)
        return runs

    def end(self) -> int:
        """Stop it if it runs. Returns its exit code."""
        if self.runs():
            os.kill(self.pid, signal.SIGTERM)
            self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.code or 0


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Part into lanes. Without anything to run pytest does as always."""
    option = session.config.option
    broken = session.testsfailed and not option.continue_on_collection_errors
    if option.collectonly or broken or not session.items:
        return None
    units = _units(session.items)
    with TemporaryFile(buffering=0) as deck:
        for number in range(len(units)):
            deck.write(number.to_bytes(NUMBER_BYTES, "big"))
        deck.seek(0)
        _part(session.config)
        session.config.stash[RAN] = set()
        _run(session, (item for number in _drawn(deck) for item in units[number]))
    return True


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """Keep what failed in other lanes beside what failed here, which pytest would write over it."""
    config, ran = session.config, session.config.stash.get(RAN, None)
    failures: Any = config.pluginmanager.get_plugin("lfplugin")
    if ran is None or failures is None or config.cache is None:
        return (yield)
    with Path(__file__).open() as turn:
        flock(turn, LOCK_EX)
        others = {name: one for name, one in config.cache.get(LAST_FAILED, {}).items() if name not in ran}
        own = {name: one for name, one in failures.lastfailed.items() if str(name) in ran}
        failures.lastfailed = others | own
        return (yield)


def _units(items: Iterable[pytest.Item]) -> list[list[pytest.Item]]:
    """What one lane runs as a whole, in the order in which they are drawn."""
    tests = Path(__file__).parents[1]

    def unit(item: pytest.Item) -> tuple[str, ...]:
        parts = item.path.relative_to(tests).parts if item.path.is_relative_to(tests) else item.path.parts
        return parts[:1] if parts[0] in TOGETHER else parts

    ordered = sorted(items, key=lambda item: (unit(item)[0] not in FIRST, unit(item)))
    return [list(together) for _, together in groupby(ordered, key=unit)]


def _drawn(deck: IO[bytes]) -> Iterator[int]:
    """The numbers that this lane is the first to read: whoever reads one moves all to the next."""
    while number := deck.read(NUMBER_BYTES):
        yield int.from_bytes(number, "big")


def _run(session: pytest.Session, items: Iterator[pytest.Item]) -> None:
    item = next(items, None)
    while item is not None:
        following = next(items, None)
        session.config.stash[RAN].add(item.nodeid)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following


def _part(config: pytest.Config) -> None:
    """Fork the lanes. Returns in each of them; where they came from, the process ends with them."""
    began = time.monotonic()
    capture: Any = config.pluginmanager.get_plugin("capturemanager")
    # Its files would be shared; each lane opens its own.
    capture.stop_global_capturing()
    lanes: list[Lane] = []
    with ExitStack() as files:
        for number in range(1, min(MOST_LANES, (os.cpu_count() or 1) + MORE_LANES_THAN_CORES) + 1):
            output = files.enter_context(TemporaryFile(buffering=0))
            sys.stdout.flush()
            sys.stderr.flush()
            pid = os.fork()
            if not pid:
                _say_into(output, config)
                return
            lanes.append(Lane(number, pid, output))
        codes = _watched(lanes)
    print(f"{len(lanes)} lanes, {time.monotonic() - began:.0f} s", flush=True)
    # To go on here would overwrite what the lanes have reported with what this has run: nothing.
    os._exit(max(codes, key=abs) & 0xFF)


def _say_into(output: IO[bytes], config: pytest.Config) -> None:
    """From now on all that this process says is in ``output``; nothing else is shared with other lanes."""
    for stream in (1, 2):
        os.dup2(output.fileno(), stream)
    capture: Any = config.pluginmanager.get_plugin("capturemanager")
    capture.start_global_capturing()
    capture.suspend_global_capture()
    # It keeps the stream of errors that was there when it was configured.
    if faults := config.pluginmanager.get_plugin("faulthandler"):
        faults.pytest_unconfigure(config)
        faults.pytest_configure(config)
    # The hub of eventlet would wait on a descriptor that all have; it is made anew when it is needed.
    if hubs := sys.modules.get("eventlet.hubs"):
        hubs.use_hub()


def _watched(lanes: Sequence[Lane]) -> list[int]:
    """Show what the lanes say, until all have ended. Returns their exit codes."""
    with suppress(KeyboardInterrupt):
        while any([lane.show() for lane in lanes]):
            time.sleep(LOOK_SECONDS)
    codes = [lane.end() for lane in lanes]
    for lane in lanes:
        lane.show()
        if lane.code is not None and lane.code < 0:
            print(f"{lane.number}| {signal.Signals(-lane.code).name}", flush=True)
    return codes


def main(arguments: list[str]) -> int:
    """Run the lanes, show what each of them says. Returns the worst of their exit codes."""
    return pytest.main(arguments, plugins=[sys.modules[__name__]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
