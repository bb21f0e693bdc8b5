"""Starts commands of Fanfare in a fraction of the time: forks of a process that has the libraries loaded.

To load them takes two seconds of a core, and the tests start hundreds of processes. A forge is asked over
a socket; what it forks becomes a child of whoever asked, can be waited for, and dies with them. For each
service and each worker it keeps an apprentice that has loaded that too, and forks in its place. Where
something customises Python, the project is loaded anew. Starting in earnest is tested with the commands.
"""

import atexit
import ctypes
import gc
import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from fanfare.local import process

SOURCE = Path(__file__).parents[2]
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
COMMAND = [sys.executable, "-m", "fanfare"]
LIBRARIES = [
    "amqp",
    "click",
    "cryptography",
    "jinja2",
    "joserfc",
    "kombu",
    "marshmallow",
    "msgspec",
    "opentelemetry.sdk.trace",
    "phonenumbers",
    "prometheus_client",
    "psycopg2",
    "requests",
    "rich.console",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.orm",
    "structlog",
    "werkzeug.wrappers",
    "werkzeug.routing",
    "yaml",
]
GREEN = ["nameko.containers", "nameko.runners", "nameko.web.server"]
PAUSE_SECONDS = 0.005


class Forked:
    """A process that a forge made, as ``subprocess.Popen`` shows one."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            found, status = os.waitpid(self.pid, os.WNOHANG)
            if found:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end. Raises TimeoutExpired."""
        end = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if end is not None and time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(PAUSE_SECONDS)
        return code


class Forge:
    """One process that forks on request: ``green`` ones are cooperative."""

    def __init__(self, *, green: bool) -> None:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        asked, self._ask = os.pipe()
        self._told, telling = os.pipe()
        kind = "green" if green else "plain"
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, kind, str(asked), str(telling)],
            cwd=SOURCE,
            pass_fds=(asked, telling),
            start_new_session=True,
        )
        os.close(asked)
        os.close(telling)
        self._lock = threading.Lock()
        atexit.register(self._process.kill)

    def fork(self, arguments: list[str], *, log: str, environment: Mapping[str, str], folder: str) -> Forked:
        """Run ``fanfare`` with ``arguments``; output is added to ``log``."""
        order = [os.getpid(), arguments, log, dict(environment), folder]
        with self._lock:
            os.write(self._ask, json.dumps(order).encode() + b"\n")
            answer = b""
            while not answer.endswith(b"\n"):
                piece = os.read(self._told, 32)
                if not piece:
                    raise process.StartFailed("the forge has ended")
                answer += piece
        return Forked(int(answer))


_forges: dict[bool, Forge] = {}


def launched(child: process.Child) -> process.Process:
    """Start a child: a command of Fanfare comes from a forge, and all else as usual."""
    if child.command[:3] != COMMAND or child.user is not None or sys.platform != "linux":
        return process.launched(child)
    arguments = child.command[3:]
    green = arguments[:1] == ["run"]
    if green not in _forges:
        _forges[green] = Forge(green=green)
    folder = str(child.folder or Path.cwd())
    return _forges[green].fork(arguments, log=str(child.log), environment=child.environment, folder=folder)


def _serve(asked: int, telling: int, *, loaded: str = "") -> None:
    """Fork for each order that comes, until whoever asks is gone. Nothing here may wake eventlet's hub."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    apprentices: dict[str, int] = {}
    for line in open(asked, "rb", buffering=0):  # noqa: SIM115
        owner, arguments, log, environment, folder = json.loads(line)
        wanted = _module_of(arguments, environment)
        if wanted != loaded:
            if wanted not in apprentices:
                apprentices[wanted] = _apprentice(wanted, telling)
            os.write(apprentices[wanted], line)
            continue
        if os.fork():
            continue
        # What this forks goes to the nearest who adopts once it is gone: the owner.
        if os.fork():
            os._exit(0)
        while os.getppid() != owner:
            os.sched_yield()
        os.write(telling, f"{os.getpid()}\n".encode())
        _become(owner, arguments, log=log, environment=environment, folder=folder)


def _module_of(arguments: list[str], environment: Mapping[str, str]) -> str:
    """What an order loads of the project before all else; empty where it may find that somewhere else."""
    elsewhere = set(environment.get("PYTHONPATH", "").split(os.pathsep)) - {"", str(SOURCE)}
    kind = {"run": "service", "work": "worker"}.get(arguments[0] if arguments else "", "")
    if elsewhere or not kind or len(arguments) < 2:
        return ""
    found = SOURCE / "services" / arguments[1] / f"{kind}.py"
    return f"services.{arguments[1]}.{kind}" if found.is_file() else ""


def _apprentice(module: str, telling: int) -> int:
    """A process that loads ``module`` and then forks for the orders written to what is returned."""
    orders, giving = os.pipe()
    if os.fork():
        os.close(orders)
        return giving
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    os.close(giving)
    # What cannot be loaded is told by those who are started, each in a log of their own.
    with suppress(BaseException):
        for name in ("fanfare.commands", module):
            importlib.import_module(name)
    gc.freeze()
    _serve(orders, telling, loaded=module)
    os._exit(0)


def _become(
    owner: int, arguments: list[str], *, log: str, environment: dict[str, str], folder: str
) -> NoReturn:
    """Be the process that was ordered, to its end."""
    _part_from_forge(owner, log)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["fanfare", *arguments]
    _look_elsewhere(environment.get("PYTHONPATH", ""))
    from fanfare.__main__ import main

    code: Any = 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def _look_elsewhere(path: str) -> None:
    """Find modules on ``path`` first, and let what customises Python there do so, before anything else."""
    sys.path[:0] = [place for place in path.split(os.pathsep) if place and place not in sys.path]
    sys.modules.pop("sitecustomize", None)
    if importlib.util.find_spec("sitecustomize"):
        importlib.import_module("sitecustomize")


def _part_from_forge(owner: int, log: str) -> None:
    """Share nothing with it that a process started in earnest would not share; die with the owner."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != owner:
        os._exit(1)
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number, stream in ((os.open(os.devnull, os.O_RDONLY), 0), (output, 1), (output, 2)):
        os.dup2(number, stream)
    os.closerange(3, 256)
    # Its hub would wait on a descriptor that all forks share; it is made anew when it is needed.
    if "eventlet.hubs" in sys.modules:
        vars(sys.modules["eventlet.hubs"]._threadlocal).clear()


def main() -> None:
    """Load what is to be loaded, then fork on request."""
    kind, asked, telling = sys.argv[1:4]
    if kind == "green":
        from chassis import green as cooperation

        cooperation.patch()
    for name in [*LIBRARIES, *(GREEN if kind == "green" else ())]:
        importlib.import_module(name)
    gc.freeze()
    atexit.unregister(process._kill_what_is_left)
    _serve(int(asked), int(telling))


if __name__ == "__main__":
    main()
