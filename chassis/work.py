"""Slow work runs in a process of its own that is not made cooperative: ``fanfare work NAME``.

A worker takes its work from the database in leased batches, so any number of processes may run and
any of them may die. Each worker has a thread; a process may run those of several services.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from chassis import collector
from chassis.backoff import Backoff
from chassis.config import PREFIX, ConfigError, Settings
from chassis.database import LOST_DATABASE, Database, is_lost
from chassis.logs import get_logger
from chassis.metrics import counter, gauge, histogram
from chassis.probes import Probes, introduce
from chassis.revisions import is_current

log = get_logger(__name__)

IDLE_SECONDS = 0.1
LONGEST_IDLE_SECONDS = 1.0
"""A worker that finds nothing looks again after pauses that grow from the first to the second."""

ERROR_SECONDS = 2.0
WATCHDOG_EXIT = 70
"""Exit status when the step in hand took longer than the grace period."""

steps = counter("work_steps_total", "Steps of workers by how they ended.", ("worker", "outcome"))
duration = histogram(
    "work_step_seconds",
    "How long the steps of workers took that found something to do.",
    ("worker",),
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 300.0, 3600.0),
)
ticks = gauge("work_tick_timestamp_seconds", "When a worker last began a step.", ("worker",))


class Worker(Protocol):
    """``step`` does one leased batch and says whether there was something to do."""

    name: str

    def step(self) -> bool: ...


Workers = Callable[[Settings, Database], Sequence[Worker]]
"""Makes the workers of a service."""

Migrated = Callable[[Database, str], bool]
"""Whether the database of a service, which is named, has the schema that this code needs."""


def run(
    jobs: Sequence[tuple[Workers, Settings]], *, probe_port: int, is_migrated: Migrated = is_current
) -> None:
    """Run the workers of services until SIGTERM; the steps in hand are finished, within the grace period.

    They begin once the databases are migrated, and are not ready before. Raises ConfigError where the
    settings name a worker that there is not.
    """
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    databases = {
        one.service: Database(one.database_url, service=f"{one.service}-worker", pool_size=one.pool_size)
        for _, one in jobs
    }
    threads = [
        threading.Thread(target=_work, args=(worker, stop), name=worker.name)
        for make, settings in jobs
        for worker in chosen(make(settings, databases[settings.service]), settings)
    ]
    _, first = jobs[0]
    waiting = dict(databases)
    probes = Probes(
        host=first.probe_host,
        port=probe_port,
        liveness=lambda: [f"{one.name} has ended" for one in threads if one.ident and not one.is_alive()],
        readiness=lambda: _unready(waiting, stop),
    )
    probes.start()
    introduce(list(databases), process="worker")
    collector.settle()
    _await_migrations(waiting, is_migrated, stop)
    if not stop.is_set():
        _work_until(stop, threads, grace_seconds=first.grace_seconds)
    probes.stop()
    for database in databases.values():
        database.close()


def chosen(everyone: Sequence[Worker], settings: Settings) -> list[Worker]:
    """Those whom the settings name; all where they name none. Raises ConfigError for an unknown name."""
    wanted = {name.strip() for name in settings.workers.split(",") if name.strip()}
    known = [worker.name for worker in everyone]
    if unknown := sorted(wanted.difference(known)):
        raise ConfigError(
            f"{PREFIX}{settings.service.upper()}_WORKERS is wrong: there is no worker {', '.join(unknown)}; "
            f"there are {', '.join(known)}."
        )
    return [worker for worker in everyone if not wanted or worker.name in wanted]


def _unready(waiting: dict[str, Database], stop: threading.Event) -> list[str]:
    reasons = [f"the database of {service} is not migrated" for service in list(waiting)]
    return [*reasons, "stopping"] if stop.is_set() else reasons


def _await_migrations(waiting: dict[str, Database], is_migrated: Migrated, stop: threading.Event) -> None:
    """Take out of ``waiting`` the databases that are migrated, until none is left or ``stop`` is set."""
    backoff = Backoff(cap=1.0)
    while not stop.is_set():
        for service in [name for name, database in waiting.items() if is_migrated(database, name)]:
            del waiting[service]
        if not waiting:
            return
        log.warning("workers_wait", services=list(waiting), cause="database away or not migrated")
        stop.wait(backoff.next())


def _work_until(stop: threading.Event, threads: Sequence[threading.Thread], *, grace_seconds: float) -> None:
    for thread in threads:
        thread.start()
    log.info("working", workers=[thread.name for thread in threads])
    stop.wait()
    _finish(threads, grace_seconds=grace_seconds)


def _finish(threads: Sequence[threading.Thread], *, grace_seconds: float) -> None:
    watchdog = threading.Timer(grace_seconds, _exit_hard)
    watchdog.daemon = True
    watchdog.start()
    for thread in threads:
        thread.join()
    watchdog.cancel()


def _exit_hard() -> None:
    os.write(2, b"stopping took longer than the grace period; exiting hard\n")
    os._exit(WATCHDOG_EXIT)


def _work(worker: Worker, stop: threading.Event) -> None:
    backoff = Backoff()
    pause = IDLE_SECONDS
    done, failed = (steps.labels(worker=worker.name, outcome=one) for one in ("done", "failed"))
    took, tick = duration.labels(worker=worker.name), ticks.labels(worker=worker.name)
    while not stop.is_set():
        began = time.monotonic()
        tick.set(time.time())
        try:
            busy = worker.step()
            backoff.reset()
            if busy:
                done.inc()
                took.observe(time.monotonic() - began)
                pause = IDLE_SECONDS
            else:
                stop.wait(pause)
                pause = min(LONGEST_IDLE_SECONDS, 2 * pause)
        except Exception as error:
            failed.inc()
            if isinstance(error, LOST_DATABASE) and is_lost(error):
                seconds = backoff.next()
                log.warning("worker_waits", worker=worker.name, cause="database", seconds=round(seconds, 1))
            else:
                seconds = ERROR_SECONDS
                log.exception("step_failed", worker=worker.name)
            backoff.sleep(seconds, until=stop.is_set)
