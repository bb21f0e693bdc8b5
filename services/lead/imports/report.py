"""The error file of an import: what was refused and why, ready to be corrected and sent again.

As CSV, or as an XLSX workbook of the few parts that a spreadsheet needs. No cell of either is ever run: one
that begins like a formula gets an apostrophe in front, which the importer takes away again.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from chassis import sheets
from chassis.sheets import harmless
from services.lead.imports.workbooks import spool

Refusals = Iterable[tuple[int, str, Sequence[str]]]

MOST_ROWS = 1_048_576
"""What a sheet holds."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
    '<sheet name="Errors" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CHUNK = 64 * 1024


def error_lines(header: Sequence[str], refused: Refusals) -> Iterator[str]:
    """Lines of CSV from (line, reason, cells). A byte order mark makes spreadsheets read it as UTF-8."""
    rows = ([number, reason, *cells] for number, reason, cells in refused)
    return sheets.lines(["line", "reason", *map(harmless, header)], rows)


def error_workbook(header: Sequence[str], refused: Refusals) -> Iterator[bytes]:
    """The same as a workbook; what is beyond the last row of a sheet is left out."""
    file = spool()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _PARTS.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{text}')
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            sheet.write(_row(1, ["line", "reason", *header]))
            for place, (number, reason, cells) in enumerate(refused, start=2):
                if place <= MOST_ROWS:
                    sheet.write(_row(place, [str(number), reason, *cells]))
            sheet.write(b"</sheetData></worksheet>")
    file.seek(0)
    return iter(lambda: file.read(_CHUNK), b"")


def _row(place: int, cells: Sequence[str]) -> bytes:
    return f'<row r="{place}">{"".join(map(_cell, cells))}</row>'.encode()


def _cell(text: str) -> str:
    shown = escape(_NOT_XML.sub("", harmless(text)))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'
