"""Counts campaigns again and again in the background of the service."""

import time
from typing import cast

from nameko.extensions import DependencyProvider
from sqlalchemy.exc import SQLAlchemyError

from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.runtime import Runtime
from services.reporting.settings import ReportingSettings
from services.reporting.totals.counting import AT_ONCE, count_due

log = get_logger(__name__)

counts_total = counter(
    "reporting_campaign_counts_total",
    "Rounds of counting campaigns whose events went on, by how they ended.",
    ("outcome",),
    starts=[("counted",), ("failed",)],
)


class Refresh(DependencyProvider):  # type: ignore[misc]
    """Runs as long as the service. Several replicas may: they write the same."""

    runtime = Runtime()

    def start(self) -> None:
        self._pause = cast(ReportingSettings, self.runtime.settings).totals_seconds
        self._thread = self.container.spawn_managed_thread(self._run, "totals")

    def stop(self) -> None:
        self._thread.kill()

    def _run(self) -> None:
        while True:
            if self._step() < AT_ONCE:
                time.sleep(self._pause)
            else:
                time.sleep(0)

    def _step(self) -> int:
        try:
            counted = count_due(self.runtime.database)
        except SQLAlchemyError as error:
            counts_total.labels("failed").inc()
            log.warning("totals_not_counted", error=str(error).strip())
            return 0
        counts_total.labels("counted").inc()
        return counted


class TotalsRefresh:
    """The part of the service class that keeps the totals fresh."""

    totals = Refresh()
