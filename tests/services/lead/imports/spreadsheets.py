"""XLSX workbooks as spreadsheet programs write them."""

from collections.abc import Iterable
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BOOK = (
    f'<workbook xmlns:r="r" xmlns="{MAIN}"><sheets>'
    '<sheet name="Hidden" sheetId="1" state="hidden" r:id="rId1"/>'
    '<sheet name="People" sheetId="2" r:id="rId2"/></sheets></workbook>'
)
_RELATIONS = (
    '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Target="worksheets/sheet2.xml"/></Relationships>'
)


def workbook_of(rows: Iterable[Iterable[object]], **parts: str) -> bytes:
    """A workbook whose second sheet, the first that is shown, holds ``rows``; numbers stay numbers.

    ``parts`` replace parts of the archive by the name of their file without ending.
    """
    strings: list[str] = []
    sheet = "".join(_row(number, row, strings) for number, row in enumerate(rows, start=1))
    shared = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
    written = {
        "xl/workbook.xml": _BOOK,
        "xl/_rels/workbook.xml.rels": _RELATIONS,
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>',
        "xl/worksheets/sheet2.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{shared}</sst>',
    }
    raw = BytesIO()
    with ZipFile(raw, "w", ZIP_DEFLATED) as archive:
        for name, text in written.items():
            archive.writestr(name, parts.get(name.rpartition("/")[2].partition(".")[0], text))
    return raw.getvalue()


def _row(number: int, row: Iterable[object], strings: list[str]) -> str:
    cells = []
    for column, value in enumerate(row):
        place = f"{chr(65 + column)}{number}"
        if isinstance(value, int | float):
            cells.append(f'<c r="{place}"><v>{value}</v></c>')
        elif value:
            strings.append(str(value))
            cells.append(f'<c r="{place}" t="s"><v>{len(strings) - 1}</v></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'
