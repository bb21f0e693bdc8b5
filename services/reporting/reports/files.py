"""Tables as files for spreadsheets. What could be run there is made harmless by both writers."""

from werkzeug.wrappers import Response

from chassis import sheets, workbooks
from services.reporting.reports.tables import Table


def download(table: Table, *, name: str, format: str) -> Response:
    """The answer that gives ``table`` as CSV or XLSX; the one place that knows the writers."""
    if format == "xlsx":
        return workbooks.download(f"{name}.xlsx", table.header, table.rows)
    return sheets.download(f"{name}.csv", table.header, table.rows)
