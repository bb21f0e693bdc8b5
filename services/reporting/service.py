"""The reporting service, put together from its slices."""

from chassis.service import Service
from services.reporting.archive.api import ArchiveApi
from services.reporting.evaluation.api import EvaluationApi
from services.reporting.marks.api import MarksApi
from services.reporting.metrics.exporter import MetricsExport
from services.reporting.pages.api import PagesApi
from services.reporting.projections.reactions import ProjectionReactions
from services.reporting.rebuilds.api import RebuildsApi
from services.reporting.settings import ReportingSettings


class ReportingService(
    Service,
    ArchiveApi,
    MarksApi,
    EvaluationApi,
    RebuildsApi,
    PagesApi,
    MetricsExport,
    ProjectionReactions,
):
    """Owns the archive of every event, the projections, the evaluation, the pages and the metrics.

    Publishes what the archive holds about people who ask, and marks for readers of the feed. Consumes
    everything that the others publish, and its own marks.
    """

    name = "reporting"
    Settings = ReportingSettings
