"""All five services in one process, for a first look: their databases, keys and workers made ready."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from chassis import migrate, tokens
from chassis.broker import in_memory
from chassis.config import ConfigError, Settings
from chassis.logs import get_logger
from fanfare.local.process import dying_with_owner

log = get_logger(__name__)

STOP_SECONDS = 20.0
LOOK_SECONDS = 0.5


@contextmanager
def prepared(settings: Mapping[str, Settings], *, workers: Sequence[str]) -> Iterator[None]:
    """Migrate every database, make development keys where they are missing, and run the workers beside.

    Workers that end by themselves end this process too. Raises ConfigError where two services would
    listen on one port.
    """
    ports = [port for one in settings.values() for port in (one.http_port, one.probe_port) if port]
    if len(ports) != len(set(ports)):
        raise ConfigError("FANFARE_HTTP_PORT is the same for several services, and each needs its own.")
    for name, one in settings.items():
        migrate.upgrade(name, one.database_url)
    first = next(iter(settings.values()))
    if in_memory(first.broker_url) and "://" not in first.oidc_jwks:
        tokens.ensure_keys(first.oidc_jwks)
    running = _started(workers)
    stopping = threading.Event()
    threading.Thread(target=_watch, args=(running, stopping), daemon=True).start()
    try:
        yield
    finally:
        stopping.set()
        running.terminate()
        try:
            running.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            running.kill()


def _started(names: Sequence[str]) -> "subprocess.Popen[bytes]":
    """The workers of all services, in one process. Nobody asks its probes, so any free port will do."""
    work = [sys.executable, "-m", "fanfare", "work", *names, "--probe-port", "0"]
    return subprocess.Popen([*dying_with_owner(), *work], start_new_session=True)


def _watch(running: "subprocess.Popen[bytes]", stopping: threading.Event) -> None:
    while not stopping.wait(LOOK_SECONDS):
        code = running.poll()
        if code is not None and not stopping.is_set():
            log.critical("the workers have died", exit_code=code)
            os._exit(1)
