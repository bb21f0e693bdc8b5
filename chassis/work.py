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

import chassis.audit  # noqa: F401  what workers write is audited too
from chassis import collector
from chassis.backoff import Backoff
from chassis.config import Settings
from chassis.database import LOST_DATABASE, Database, is_lost
from chassis.logs import get_logger
from chassis.metrics import counter, gauge, histogram
from chassis.probes import Probes, introduce

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


def run(jobs: Sequence[tuple[Workers, Settings]], *, probe_port: int) -> None:
    """Run the workers of services until SIGTERM; the steps in hand are finished, within the grace period."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    databases = [
        Database(settings.database_url, service=f"{settings.service}-worker", pool_size=settings.pool_size)
        for _, settings in jobs
    ]
    threads = [
        threading.Thread(target=_work, args=(worker, stop), name=worker.name)
        for (make, settings), database in zip(jobs, databases, strict=True)
        for worker in make(settings, database)
    ]
    _, first = jobs[0]
    probes = Probes(
        host=first.probe_host,
        port=probe_port,
        liveness=lambda: [f"{one.name} has ended" for one in threads if not one.is_alive()],
        readiness=lambda: ["stopping"] if stop.is_set() else [],
    )
    probes.start()
    collector.settle()
    for thread in threads:
        thread.start()
    _tell([settings.service for _, settings in jobs], threads)
    stop.wait()
    _finish(threads, grace_seconds=first.grace_seconds)
    probes.stop()
    for database in databases:
        database.close()


def _tell(services: Sequence[str], threads: Sequence[threading.Thread]) -> None:
    introduce(services, process="worker")
    log.info("working", services=services, workers=[thread.name for thread in threads])


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
