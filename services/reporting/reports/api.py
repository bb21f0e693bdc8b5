"""HTTP entrypoints of the reports, as data and as files."""

from typing import Any

from werkzeug.wrappers import Response

from chassis.clock import now
from chassis.http import Request, route
from services.reporting.access import READERS
from services.reporting.archive.queries import head
from services.reporting.reports.files import download
from services.reporting.reports.registry import make, table_of
from services.reporting.reports.schemas import ReportExport, ReportFilter, ReportView


class ReportsApi:
    """Routes of the reports."""

    @route("GET", "/reports/<report>", roles=READERS, query=ReportFilter, returns=ReportView)
    def show_report(self, request: Request, report: str) -> dict[str, Any]:
        """Show a report: overview, comparison, funnel, sources, sales, budgets or delivery."""
        position = head(request.session)
        made = make(request.session, request.actor, report, request.query["wanted"])
        tables = [table.as_data() for table in made.tables]
        return {"name": report, "made_at": now(), "position": position, "tables": tables}

    @route("GET", "/reports/<report>/<table>", roles=READERS, query=ReportExport)
    def export_table(self, request: Request, report: str, table: str) -> Response:
        """Give one table of a report as CSV or XLSX, with all its rows."""
        made = make(request.session, request.actor, report, request.query["wanted"])
        return download(table_of(made, table), name=f"{report}-{table}", format=request.query["format"])
