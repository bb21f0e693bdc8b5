"""The error file of an import: what was refused and why, ready to be corrected and sent again.

As CSV, or as an XLSX workbook. No cell of either is ever run: one that begins like a formula gets an
apostrophe in front, which the importer takes away again.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from chassis import sheets, workbooks
from chassis.sheets import harmless

Refusals = Iterable[tuple[int, str, Sequence[str]]]


def error_lines(header: Sequence[str], refused: Refusals) -> Iterator[str]:
    """Lines of CSV from (line, reason, cells). A byte order mark makes spreadsheets read it as UTF-8."""
    return sheets.lines(_header(map(harmless, header)), _rows(refused))


def error_workbook(header: Sequence[str], refused: Refusals) -> Iterator[bytes]:
    """The same as a workbook; what is beyond the last row of a sheet is left out."""
    return workbooks.pieces(_header(header), islice(_rows(refused), workbooks.MOST_ROWS - 1))


def _header(columns: Iterable[str]) -> list[str]:
    return ["line", "reason", *columns]


def _rows(refused: Refusals) -> Iterator[Sequence[object]]:
    return ([number, reason, *cells] for number, reason, cells in refused)
