"""A child process that cannot outlive its owner, with every way to stop, break or freeze it.

Signals go to the whole tree below the child, since servers put their own children into sessions of
their own. Where util-linux can ask for a parent-death signal, the child dies even if its owner is
killed.
"""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Protocol

UNLESS_ORPHANED = 'test "$PPID" = "$0" && exec "$@"'

KILLED_SECONDS = 10.0
ENDED = "ZX"
"""States of a process that is dead and still listed."""

_started: list["Child"] = []


class StartFailed(RuntimeError):
    """A child ended or stayed silent before it was ready. The text ends with the tail of its log."""


class Process(Protocol):
    """What is asked of a running process."""

    pid: int

    def poll(self) -> int | None: ...

    def wait(self) -> int: ...


def launched(child: "Child") -> Process:
    """Start the command of ``child``; its output is added to the log."""
    with child.log.open("ab") as output:
        return subprocess.Popen(
            [*dying_with_owner(), *child.command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=child.environment,
            cwd=child.folder,
            start_new_session=True,
            user=child.user,
            group=child.user,
            extra_groups=[] if child.user else None,
        )


class Child:
    """One process, its log file and its way to die. It may be started again after it ended.

    ``launch`` is how it is started; tests that start hundreds have a quicker way.
    """

    launch: ClassVar[Callable[["Child"], Process]] = staticmethod(launched)

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        user: str | None = None,
        stop_signal: int = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.log = log
        self.environment = dict(os.environ if environment is None else environment)
        self.folder = folder
        self.user = user
        self.stop_signal = stop_signal
        self._process: Process | None = None

    def start(self) -> "Child":
        """Start the process; its output is added to the log. Does nothing while it runs."""
        if self.alive:
            return self
        self._process = Child.launch(self)
        if self not in _started:
            _started.append(self)
        return self

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process id. Raises StartFailed when it was never started."""
        if self._process is None:
            raise StartFailed(f"{self.name} was never started")
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        return None if self._process is None else self._process.poll()

    def stop(self, *, grace: float = 30.0) -> int:
        """Ask the process to end and wait ``grace`` seconds before killing it. Returns its exit code."""
        self.ask_to_stop()
        return self.wait_stopped(grace=grace)

    def ask_to_stop(self) -> None:
        """Send the signal that asks for an orderly end, and do not wait."""
        if self.alive:
            self.thaw()
            self.signal(self.stop_signal)

    def wait_stopped(self, *, grace: float) -> int:
        """Wait ``grace`` seconds for the end, then kill. Returns the exit code."""
        if self._process is None:
            return 0
        if not self.wait(seconds=grace):
            self.kill()
        return self._process.wait()

    def kill(self) -> None:
        """kill -9 for the process and everything below it, at one moment."""
        if self._process is None:
            return
        family = [self.pid, *descendants(self.pid)] if self.alive else []
        for number in (signal.SIGSTOP, signal.SIGKILL):
            _send(family, number)
        _send_group(self.pid, signal.SIGKILL)
        self._process.wait()
        # A process below it may still hold what the next one needs: memory, a lock, a port.
        wait_until(lambda: living().keys().isdisjoint(family), seconds=KILLED_SECONDS)

    def freeze(self) -> None:
        """SIGSTOP for the whole tree: sockets stay open, nothing answers."""
        _send([self.pid, *descendants(self.pid)], signal.SIGSTOP)

    def thaw(self) -> None:
        _send([self.pid, *descendants(self.pid)], signal.SIGCONT)

    def signal(self, number: int) -> None:
        """Send a signal to the process alone, not to its children."""
        _send([self.pid], number)

    def wait(self, *, seconds: float) -> bool:
        """Wait for the process to end; whether it did."""
        return wait_until(lambda: not self.alive, seconds=seconds)

    def wait_ready(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Wait until ``ready`` holds. Raises StartFailed when the process ends first or time runs out."""
        if wait_until(lambda: not self.alive or ready(), seconds=seconds) and self.alive:
            return
        code = self.exit_code
        what = f"was not ready after {seconds:.0f} s" if code is None else f"ended with exit code {code}"
        raise StartFailed(f"{self.name} {what}\n{self.tail()}")

    def tail(self, *, lines: int = 30) -> str:
        """The last lines of the log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def wait_until(condition: Callable[[], bool], *, seconds: float, pause: float = 0.02) -> bool:
    """Ask ``condition`` until it holds or the seconds are over. Whether it held."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def descendants(pid: int) -> list[int]:
    """The ids of all processes below ``pid``, parents before children."""
    children: dict[int, list[int]] = {}
    for child, parent in living().items():
        children.setdefault(parent, []).append(child)
    found = list(children.get(pid, ()))
    for one in found:
        found.extend(children.get(one, ()))
    return found


def run_tool(
    command: Sequence[str],
    *,
    user: str | None = None,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a command to its end. Raises StartFailed with its output when it fails."""
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
        user=user,
        group=user,
        env=environment,
    )
    if done.returncode:
        raise StartFailed(f"{command[0]} ended with {done.returncode}\n{done.stdout}{done.stderr}")


def living() -> dict[int, int]:
    """The parent of each process by its id. Those that have ended and wait for their parent are left out."""
    if not Path("/proc/self/stat").exists():
        command = ["ps", "-A", "-o", "pid=,ppid=,state="]
        listing = subprocess.run(command, capture_output=True, text=True, check=True)
        rows = [line.split() for line in listing.stdout.splitlines()]
    else:
        rows = [[folder.name, *_parent_and_state(folder)] for folder in Path("/proc").glob("[0-9]*")]
    return {int(pid): int(parent) for pid, parent, state in rows if state[0] not in ENDED}


def _parent_and_state(folder: Path) -> tuple[str, str]:
    try:
        stat = (folder / "stat").read_text()
    except OSError:
        return "0", ENDED
    state, parent = stat.rpartition(")")[2].split()[:2]
    return parent, state


def _send(pids: Sequence[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _send_group(leader: int, number: int) -> None:
    try:
        os.killpg(leader, number)
    except (ProcessLookupError, PermissionError):
        return


def dying_with_owner() -> list[str]:
    """What goes before a command: it asks for the signal, and gives up where the owner is gone already."""
    if not sys.platform.startswith("linux") or not shutil.which("setpriv"):
        return []
    return ["setpriv", "--pdeathsig", "KILL", "--", "sh", "-c", UNLESS_ORPHANED, str(os.getpid())]


@atexit.register
def _kill_what_is_left() -> None:
    for child in reversed(_started):
        child.kill()
