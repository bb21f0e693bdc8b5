"""The reports by name, and the parts of each that its readers may narrow down."""

from collections.abc import Callable, Mapping

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import NotFound
from services.reporting.budgets.report import budgets
from services.reporting.comparisons.report import comparison
from services.reporting.delivery.report import delivery
from services.reporting.funnel.report import funnel
from services.reporting.overview.report import overview
from services.reporting.reports.tables import Report, Table
from services.reporting.reports.wanted import ReportQuery
from services.reporting.sales.report import sales
from services.reporting.sources.report import sources

Maker = Callable[[Session, Actor, ReportQuery], Report]

REPORTS: Mapping[str, Maker] = {
    "overview": overview,
    "comparison": comparison,
    "funnel": funnel,
    "sources": sources,
    "sales": sales,
    "budgets": budgets,
    "delivery": delivery,
}

CAMPAIGNS = ("since", "until", "kind", "region", "department")
FILTERS: Mapping[str, tuple[str, ...]] = {
    "overview": (*CAMPAIGNS, "state", "currency"),
    "comparison": ("by", "period", "rank", *CAMPAIGNS, "state", "currency"),
    "funnel": CAMPAIGNS,
    "sources": ("model", "since", "until", "department", "currency"),
    "sales": (*CAMPAIGNS, "currency"),
    "budgets": ("kind", "region", "state", "department", "currency"),
    "delivery": ("kind", "region", "state", "department"),
}
"""The inputs that the page of a report has."""


def make(session: Session, actor: Actor, name: str, query: ReportQuery) -> Report:
    """The report of that name, as far as the actor may see. Raises NotFound."""
    if name not in REPORTS:
        raise NotFound("report", name)
    return REPORTS[name](session, actor, query)


def table_of(report: Report, name: str) -> Table:
    """Raises NotFound."""
    found = report.table(name)
    if found is None:
        raise NotFound("table", name)
    return found
