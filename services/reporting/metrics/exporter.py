"""Takes a snapshot again and again in the background of the service and gives it to the collector."""

import time
from typing import cast
from uuid import UUID

from nameko.extensions import DependencyProvider
from prometheus_client import REGISTRY
from sqlalchemy.exc import SQLAlchemyError

from chassis.auth import Actor
from chassis.database import Database
from chassis.logs import get_logger
from chassis.runtime import Runtime
from services.reporting.metrics.collector import CampaignCollector
from services.reporting.metrics.projections import show_projections
from services.reporting.metrics.snapshot import take_snapshot
from services.reporting.rebuilds.queries import states
from services.reporting.settings import ReportingSettings

log = get_logger(__name__)


class Exporter:
    """Counts the active campaigns on one database for one collector."""

    def __init__(self, database: Database, collector: CampaignCollector, *, active_days: int) -> None:
        self._database = database
        self._collector = collector
        self._active_days = active_days
        self._shown: frozenset[UUID] = frozenset()

    def step(self) -> None:
        """Take one snapshot. A database that fails leaves the last one to grow stale."""
        try:
            with self._database.reading(Actor.system("reporting")) as session:
                snapshot = take_snapshot(session, active_days=self._active_days, before=self._shown)
                show_projections(states(session))
        except SQLAlchemyError as error:
            log.warning("snapshot_failed", error=str(error).strip())
            return
        self._shown = snapshot.shown
        self._collector.show(snapshot)


class Metrics(DependencyProvider):  # type: ignore[misc]
    """Runs the exporter as long as the service."""

    runtime = Runtime()

    def start(self) -> None:
        settings = cast(ReportingSettings, self.runtime.settings)
        self._collector = CampaignCollector(stale_seconds=settings.stale_seconds)
        self._exporter = Exporter(self.runtime.database, self._collector, active_days=settings.active_days)
        self._pause = settings.snapshot_seconds
        REGISTRY.register(self._collector)
        self._thread = self.container.spawn_managed_thread(self._run, "metrics")

    def stop(self) -> None:
        self._thread.kill()
        REGISTRY.unregister(self._collector)

    def _run(self) -> None:
        while True:
            self._exporter.step()
            time.sleep(self._pause)


class MetricsExport:
    """The part of the service class that exports the metrics."""

    metrics = Metrics()
