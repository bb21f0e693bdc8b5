"""Workbooks (XLSX) of one sheet, written row by row in flat memory, for spreadsheets that read CSV badly.

Numbers are numbers and all else is text, which no spreadsheet runs. What begins like a formula gets its
apostrophe all the same, as in CSV: a sheet that is saved as CSV would lose the difference.
"""

import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import IO, TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from chassis.sheets import harmless

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_576
MARKUP = "<r>"

_PIECE = 1 << 16
_IN_MEMORY = 1 << 20


def write(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a workbook. Raises ValueError for more rows than a sheet can have."""
    from xlsxwriter import Workbook  # a tenth of a second, which few processes need

    with Workbook(file, {"constant_memory": True, "use_zip64": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(chain([header], rows)):
            if number >= MOST_ROWS:
                raise ValueError(f"A sheet has at most {MOST_ROWS} rows")
            for column, value in enumerate(row):
                _put(sheet, number, column, value)


def pieces(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A workbook as bytes, a piece at a time; it is written to a file first."""
    with _Considerate(max_size=_IN_MEMORY) as file:
        write(file, header, rows)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def download(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The answer of a route that gives a workbook called ``name``."""
    return Response(
        pieces(header, rows),
        content_type=MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


class _Considerate(tempfile.SpooledTemporaryFile[bytes]):
    """Lets others have a turn whenever a piece is packed: a million rows are packed at once, in the end."""

    def write(self, piece: Any) -> int:
        time.sleep(0)
        return super().write(piece)


def _put(sheet: "Worksheet", row: int, column: int, value: object) -> None:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, _text(str(value)))


def _text(value: str) -> str:
    """As it is only shown. XlsxWriter may take what begins with the mark for markup and write it as it is."""
    text = harmless(value).encode("utf-8", "replace").decode()
    return f"'{text}" if text.startswith(MARKUP) else text
