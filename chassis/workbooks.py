"""Workbooks (XLSX, ECMA-376) of one sheet, written row by row, for spreadsheets that read CSV badly.

Numbers are numbers and all else is text, which no spreadsheet runs. What begins like a formula gets its
apostrophe all the same, as in CSV: a sheet that is saved as CSV would lose the difference.
"""

import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

from chassis.sheets import harmless

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767

_PIECE = 1 << 16
_IN_MEMORY = 1 << 20
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def write(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a workbook. Raises ValueError for more rows than a sheet can have."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in _PARTS.items():
            archive.writestr(name, _HEAD + part)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            sheet.write(_row(header))
            for number, row in enumerate(rows, start=2):
                if number > MOST_ROWS:
                    raise ValueError(f"A sheet has at most {MOST_ROWS} rows")
                sheet.write(_row(row))
            sheet.write(b"</sheetData></worksheet>")


def download(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The answer of a route that gives a workbook called ``name``; it is written to a file first."""
    return Response(
        _pieces(header, rows),
        content_type=MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _pieces(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        write(file, header, rows)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _row(cells: Iterable[object]) -> bytes:
    return f"<row>{''.join(map(_cell, cells))}</row>".encode()


def _cell(value: object) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"<c><v>{value}</v></c>"
    text = _UNWRITABLE.sub("\ufffd", harmless(str(value)))[:LONGEST_TEXT]
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
