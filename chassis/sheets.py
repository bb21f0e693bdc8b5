"""CSV for spreadsheets: read as UTF-8 by all of them, and nothing in it is ever run.

A spreadsheet runs a cell that begins like a formula, so such cells get an apostrophe in front; who
reads the file back takes it away again.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from werkzeug.wrappers import Response

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
BYTE_ORDER_MARK = "\ufeff"


def harmless(cell: str) -> str:
    """``cell`` as a spreadsheet will only show it, never run it."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def as_written(cell: str) -> str:
    """``cell`` before ``harmless`` touched it."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Lines of CSV, the header first. None is an empty cell, and a negative number stays a number."""
    yield BYTE_ORDER_MARK + _line(header)
    for row in rows:
        yield _line([_shown(cell) for cell in row])


def download(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The answer of a route that gives a CSV file called ``name``; its rows are read as they are sent."""
    return Response(
        lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _shown(cell: object) -> str:
    if isinstance(cell, int | Decimal):
        return str(cell)
    return "" if cell is None else harmless(str(cell))


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
