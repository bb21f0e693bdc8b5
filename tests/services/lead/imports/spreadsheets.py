"""XLSX workbooks as spreadsheet programs write them."""

from collections.abc import Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook_of(rows: Iterable[Iterable[object]], **parts: str) -> bytes:
    """A workbook whose second sheet, the first that is shown, holds ``rows``; numbers stay numbers.

    ``parts`` replace parts of the archive by the name of their file without ending.
    """
    written = BytesIO()
    with Workbook(written, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        hidden, shown = book.add_worksheet("Hidden"), book.add_worksheet("People")
        shown.activate()
        hidden.hide()
        for number, row in enumerate(rows):
            shown.write_row(number, 0, row)
    return _with_parts(written, parts) if parts else written.getvalue()


def sheet(rows: str) -> str:
    """The part that holds a sheet, of rows that are written by hand."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def _with_parts(written: BytesIO, parts: dict[str, str]) -> bytes:
    raw = BytesIO()
    with ZipFile(written) as whole, ZipFile(raw, "w", ZIP_DEFLATED) as archive:
        for name in whole.namelist():
            own = parts.get(name.rpartition("/")[2].removesuffix(".xml"))
            archive.writestr(name, whole.read(name) if own is None else own)
    return raw.getvalue()
