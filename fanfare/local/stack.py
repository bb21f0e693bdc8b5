"""All five services as real processes on this machine, each of which can be stopped, killed or restarted.

The servers they need are given as URLs. Ports and settings of a process stay the same when it is
started again, so nobody who calls it has to learn a new address.
"""

import os
import secrets
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

from chassis import tokens
from chassis.config import Settings
from fanfare.commands import SERVICES, WITH_WORKERS
from fanfare.local.ports import HOST, free_port
from fanfare.local.process import Child, StartFailed, wait_until

__all__ = ["SERVICES", "Ports", "Stack", "sqlite_databases", "worker_of"]

SOURCE = Path(__file__).resolve().parents[2]
START_SECONDS = 90.0
STOP_SECONDS = 40.0


@dataclass(frozen=True)
class Ports:
    """Where one service listens: its API and its probes."""

    http: int
    probe: int


def worker_of(service: str) -> str:
    """The name of the process that does a service's slow work."""
    return f"{service}-worker"


class Stack:
    """Five services and their workers, or all of them in one process when ``embedded``.

    ``databases`` maps each service to the SQLAlchemy URL of its own database. ``settings`` are
    further environment variables for every process. Logs and files go to ``folder``. An embedded
    process migrates its databases by itself.
    """

    def __init__(
        self,
        *,
        databases: Mapping[str, str],
        broker_url: str,
        folder: Path | None = None,
        settings: Mapping[str, str] | None = None,
        embedded: bool = False,
    ) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix="fanfare-stack-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.embedded = embedded
        self._jwks = self.folder.resolve() / "jwks.json"
        self._key = tokens.read_key(tokens.ensure_keys(self._jwks))
        self.ports = {service: Ports(free_port(), free_port()) for service in SERVICES}
        self._worker_probes = {service: free_port() for service in WITH_WORKERS}
        self._environment = _inherited() | self._common(databases, broker_url) | dict(settings or {})
        self.processes = {child.name: child for child in self._children()}

    def __enter__(self) -> Self:
        try:
            if not self.embedded:
                self.migrate()
            return self.start()
        except BaseException:
            self.kill_all()
            raise

    def __exit__(self, *_: object) -> None:
        self.stop()

    def migrate(self) -> None:
        """Bring every database to the newest schema. Raises StartFailed with the log of what failed."""
        job = self._child("migrate", ["migrate", "all"]).start()
        if not job.wait(seconds=START_SECONDS) or job.exit_code:
            raise StartFailed(f"{job.name} ended with {job.exit_code}\n{job.tail()}")

    def start(self, names: Iterable[str] | None = None) -> Self:
        """Start the named processes, or all, and wait until each says that it is ready."""
        wanted = list(names or self.processes)
        for name in wanted:
            self.processes[name].start()
        for name in wanted:
            self.processes[name].wait_ready(partial(self.ready, name), seconds=START_SECONDS)
        return self

    def stop(self, names: Iterable[str] | None = None) -> dict[str, int]:
        """SIGTERM to the named processes, or all, at once. Returns their exit codes."""
        wanted = list(names or self.processes)
        for name in wanted:
            self.processes[name].ask_to_stop()
        return {name: self.processes[name].wait_stopped(grace=STOP_SECONDS) for name in wanted}

    def kill(self, name: str) -> None:
        """kill -9 of a process and its children."""
        self.processes[name].kill()

    def kill_all(self) -> None:
        for child in self.processes.values():
            child.kill()

    def restart(self, name: str) -> int:
        """SIGTERM, wait for the end, and start again. Returns the exit code of the ended process."""
        code = self.stop([name])[name]
        self.start([name])
        return code

    def ready(self, name: str) -> bool:
        """Whether every probe of a process answers that it is ready."""
        return all(_answers_ok(f"http://{HOST}:{port}/readyz") for port in self._probes(name))

    def wait_ready(self, *, seconds: float) -> bool:
        """Wait until all processes are ready; whether they were in time."""
        return wait_until(lambda: all(map(self.ready, self.processes)), seconds=seconds, pause=0.1)

    def url(self, service: str) -> str:
        """The base URL of a service's API."""
        return f"http://{HOST}:{self.ports[service].http}"

    def token(self, *, subject: str, roles: Iterable[str], departments: Iterable[str] = ("*",)) -> str:
        """A bearer token that all services of this stack accept."""
        known = Settings(service="stack")
        return tokens.mint(self._key, known, subject=subject, roles=roles, departments=departments)

    def probe_url(self, service: str) -> str:
        """The base URL of a service's probes and metrics."""
        return f"http://{HOST}:{self.ports[service].probe}"

    def probe_port(self, name: str) -> int:
        """Where a process shows its probes and metrics; of an embedded one, those of its first service."""
        return self._probes(name)[0]

    @property
    def environment(self) -> dict[str, str]:
        """The settings of every process, for commands that are run beside them."""
        return dict(self._environment)

    def _probes(self, name: str) -> list[int]:
        if name in self.ports:
            return [self.ports[name].probe]
        workers = {worker_of(service): port for service, port in self._worker_probes.items()}
        return [workers[name]] if name in workers else [ports.probe for ports in self.ports.values()]

    def _children(self) -> list[Child]:
        if self.embedded:
            return [self._child("all", ["run", "all"])]
        services = [self._child(service, ["run", service]) for service in SERVICES]
        workers = [
            self._child(
                worker_of(service),
                ["work", service, "--probe-port", str(self._worker_probes[service])],
            )
            for service in WITH_WORKERS
        ]
        return services + workers

    def _child(self, name: str, arguments: list[str]) -> Child:
        return Child(
            name,
            [sys.executable, "-m", "fanfare", *arguments],
            log=self.folder / f"{name}.log",
            environment=self._environment,
            folder=self.folder,
        )

    def _common(self, databases: Mapping[str, str], broker_url: str) -> dict[str, str]:
        values = {
            "FANFARE_BROKER_URL": broker_url,
            "FANFARE_HTTP_HOST": HOST,
            "FANFARE_PROBE_HOST": HOST,
            "FANFARE_OIDC_JWKS": str(self._jwks),
            "FANFARE_CAMPAIGN_LINK_KEY": secrets.token_hex(32),
            "FANFARE_OUTREACH_LINK_KEY": secrets.token_hex(32),
            "FANFARE_REPORTING_LINK_KEY": secrets.token_hex(32),
        }
        for service, ports in self.ports.items():
            prefix = f"FANFARE_{service.upper()}_"
            values[f"{prefix}DATABASE_URL"] = databases[service]
            values[f"{prefix}HTTP_PORT"] = str(ports.http)
            values[f"{prefix}PROBE_PORT"] = str(ports.probe)
        return values


def sqlite_databases(folder: Path) -> dict[str, str]:
    """The URL of a SQLite file in ``folder`` for each service."""
    return {service: f"sqlite:///{folder.resolve() / service}.db" for service in SERVICES}


def _inherited() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FANFARE_")}
    return kept | {"PYTHONPATH": str(SOURCE), "PYTHONUNBUFFERED": "1"}


def _answers_ok(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
