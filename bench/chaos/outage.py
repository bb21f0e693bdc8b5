"""``broker`` and ``database``: the server is killed and started again five times, and then frozen.

A step of the main flow runs while its server is away. Afterwards everything must have recovered by
itself within 30 seconds: all processes ready, and nothing left to ship.
"""

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Protocol

from bench.chaos.stage import Performance, Stage
from bench.chaos.verdict import MOST_RECOVERY_SECONDS, Verdict, judge
from fanfare.demo.planning import approve_plan, submit_plan
from fanfare.demo.recipients import answer_mails
from fanfare.demo.running import start_campaign
from fanfare.demo.selling import await_leads
from fanfare.demo.spending import approve_claim
from fanfare.demo.steps import Step
from fanfare.local.process import wait_until

KILLS: tuple[Step, ...] = (submit_plan, approve_plan, start_campaign, answer_mails, approve_claim)
KILLS_WHEN_SHORT: tuple[Step, ...] = (approve_plan,)
FREEZE: Step = await_leads
FROZEN_SECONDS = 60.0
FROZEN_SECONDS_WHEN_SHORT = 5.0
SETTLED_SECONDS = 5.0
"""RabbitMQ 3 forgets a queue when it is killed within the first seconds after its declaration."""


class Server(Protocol):
    """What can be broken: RabbitMQ or PostgreSQL."""

    def kill(self) -> None: ...
    def start(self) -> object: ...
    def freeze(self) -> None: ...
    def thaw(self) -> None: ...


class Outage:
    """Breaks a server while steps are taken, and measures how long the recovery takes."""

    def __init__(self, server: Server, performance: Performance, *, saboteur: Executor, short: bool) -> None:
        self.server = server
        self.saboteur = saboteur
        self.performance = performance
        self.kills = KILLS_WHEN_SHORT if short else KILLS
        self.frozen_seconds = FROZEN_SECONDS_WHEN_SHORT if short else FROZEN_SECONDS
        self.recoveries: list[float] = []
        self._breaking: Future[None] | None = None

    def before(self, step: Step) -> None:
        """Recover from the last outage, then begin the one that falls on ``step``."""
        self.recover()
        if step in self.kills:
            self._begin(self._kill)
        elif step is FREEZE:
            self._begin(self._freeze)

    def recover(self) -> None:
        """Wait until the server is back and everything with it."""
        if self._breaking is None:
            return
        self._breaking.result()
        self._breaking = None
        back = time.monotonic()
        wait_until(self._is_well, seconds=2 * MOST_RECOVERY_SECONDS, pause=0.1)
        self.recoveries.append(time.monotonic() - back)

    def _begin(self, how: Callable[[], None]) -> None:
        self._breaking = self.saboteur.submit(how)

    def _kill(self) -> None:
        self.server.kill()
        self.server.start()

    def _freeze(self) -> None:
        self.server.freeze()
        time.sleep(self.frozen_seconds)
        self.server.thaw()

    def _is_well(self) -> bool:
        return self.performance.stack.wait_ready(seconds=0) and self.performance.databases.waiting() == 0


def run_broker(stage: Stage, *, short: bool) -> Verdict:
    """Break RabbitMQ."""
    return _run("broker", stage, stage.rabbit, short=short)


def run_database(stage: Stage, *, short: bool) -> Verdict:
    """Break PostgreSQL, with the databases of all services."""
    return _run("database", stage, stage.postgres, short=short)


def _run(name: str, stage: Stage, server: Server, *, short: bool) -> Verdict:
    undisturbed = stage.undisturbed
    with stage.performance() as performance:
        time.sleep(SETTLED_SECONDS)
        outage = Outage(server, performance, saboteur=stage.saboteur, short=short)
        try:
            performance.play(before=outage.before)
        finally:
            # A server that did not come back is why a step failed.
            outage.recover()
        verdict = judge(name, performance, undisturbed)
    slowest = max(outage.recoveries)
    verdict.notes = (
        f"{len(outage.kills)} kills, {outage.frozen_seconds:.0f} s frozen, "
        f"recovered in {slowest:.1f} s at the most"
    )
    if slowest > MOST_RECOVERY_SECONDS:
        verdict.broken.append(f"recovery took {slowest:.1f} s, longer than {MOST_RECOVERY_SECONDS:.0f} s")
    return verdict
