"""The reporting service, put together from its slices."""

from chassis.service import Service
from services.reporting.archive.api import ArchiveApi
from services.reporting.evaluation.api import EvaluationApi
from services.reporting.marks.api import MarksApi
from services.reporting.metrics.exporter import MetricsExport
from services.reporting.pages.api import PagesApi
from services.reporting.projections.reactions import ProjectionReactions
from services.reporting.rebuilds.api import RebuildsApi
from services.reporting.reports.api import ReportsApi
from services.reporting.settings import ReportingSettings
from services.reporting.signin.api import SignInApi
from services.reporting.totals.refreshing import TotalsRefresh


class ReportingService(
    Service,
    ArchiveApi,
    MarksApi,
    EvaluationApi,
    RebuildsApi,
    ReportsApi,
    PagesApi,
    SignInApi,
    MetricsExport,
    TotalsRefresh,
    ProjectionReactions,
):
    """Owns the archive of every event, the projections, the evaluation, the reports, the pages, the metrics.

    Publishes what the archive holds about people who ask, and marks for readers of the feed. Consumes
    everything that the others publish, and its own marks.
    """

    name = "reporting"
    Settings = ReportingSettings
