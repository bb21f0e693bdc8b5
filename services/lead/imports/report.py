"""The error file of an import: what was refused and why, ready to be corrected and sent again.

A spreadsheet runs a cell that begins like a formula, so such cells get an apostrophe in front; the
importer takes it away again.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: str) -> str:
    """``cell`` as a spreadsheet will only show it, never run it."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def error_lines(header: Sequence[str], refused: Iterable[tuple[int, str, Sequence[str]]]) -> Iterator[str]:
    """Lines of CSV from (line, reason, cells). A byte order mark makes spreadsheets read it as UTF-8."""
    yield "\ufeff" + _line(["line", "reason", *map(harmless, header)])
    for number, reason, cells in refused:
        yield _line([str(number), harmless(reason), *map(harmless, cells)])


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
