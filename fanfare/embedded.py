"""All five services in one process, for a first look: their databases, keys and workers made ready."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from chassis import migrate, tokens
from chassis.broker import in_memory
from chassis.config import ConfigError, Settings
from fanfare.local.process import dying_with_owner

STOP_SECONDS = 20.0


@contextmanager
def prepared(settings: Mapping[str, Settings], *, workers: Sequence[str]) -> Iterator[None]:
    """Migrate every database, make development keys where they are missing, and run the workers beside.

    Raises ConfigError where two services would listen on one port.
    """
    ports = [port for one in settings.values() for port in (one.http_port, one.probe_port) if port]
    if len(ports) != len(set(ports)):
        raise ConfigError("FANFARE_HTTP_PORT is the same for several services, and each needs its own.")
    for name, one in settings.items():
        migrate.upgrade(name, one.database_url)
    first = next(iter(settings.values()))
    if in_memory(first.broker_url) and "://" not in first.oidc_jwks:
        tokens.ensure_keys(first.oidc_jwks)
    running = [
        subprocess.Popen(
            [*dying_with_owner(), sys.executable, "-m", "fanfare", "work", name], start_new_session=True
        )
        for name in workers
    ]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(STOP_SECONDS)
