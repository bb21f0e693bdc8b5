"""Runs one or several services in this process until a signal, and then stops them in time."""

import os
import signal
from collections.abc import Sequence

import eventlet
from nameko import config as nameko_config
from nameko.runners import ServiceRunner

from chassis import collector, pulse
from chassis.logs import get_logger
from chassis.probes import introduce
from chassis.service import Service

log = get_logger(__name__)

WATCHDOG_EXIT = 70
"""Exit status when stopping took longer than the grace period."""


def run(services: Sequence[type[Service]], *, grace_seconds: float, max_workers: int) -> None:
    """Start ``services``, wait for SIGTERM or SIGINT, drain, and return."""
    nameko_config.setup({"max_workers": max_workers})
    runner = ServiceRunner()
    for service in services:
        runner.add_service(service)
    asked = eventlet.event.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.ready() or eventlet.spawn_after(0, asked.send))
    runner.start()
    introduce((service.name for service in services), process="service")
    eventlet.spawn(pulse.feel)
    collector.settle()
    log.info("running", services=[service.name for service in services])
    died = eventlet.spawn(_wait_for_death, runner, asked)
    asked.wait()
    died.kill()
    _watch(grace_seconds)
    log.info("stopping")
    runner.stop()
    log.info("stopped")


def _wait_for_death(runner: ServiceRunner, asked: eventlet.event.Event) -> None:
    """A container that dies by itself ends the process, so that its supervisor starts it anew."""
    try:
        runner.wait()
    finally:
        if not asked.ready():
            log.critical("a service has died")
            os._exit(1)


def _watch(grace_seconds: float) -> None:
    """Exit hard when draining hangs, on a thread of the operating system that nothing can hold up."""
    threading_now = eventlet.patcher.original("threading")
    sleep = eventlet.patcher.original("time").sleep

    def watchdog() -> None:
        sleep(grace_seconds)
        os.write(2, b"stopping took longer than the grace period; exiting hard\n")
        os._exit(WATCHDOG_EXIT)

    threading_now.Thread(target=watchdog, daemon=True).start()
