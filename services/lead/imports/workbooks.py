"""Reads the first visible sheet of an XLSX workbook, row by row, in flat memory.

What cells hold is openpyxl's business. The walk through a sheet is not: rows are let go as soon as they are
read, and the shared strings, of which there may be millions, lie on disk.
"""

import lzma
import os
import tempfile
import warnings
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from datetime import datetime, time
from typing import IO, Any, Final
from xml.etree.ElementTree import Element, ParseError

from openpyxl.cell.text import Text
from openpyxl.packaging.relationship import Relationship
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.escape import unescape
from openpyxl.workbook import Workbook as Book
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from services.lead.imports.archives import Archive, elements
from services.lead.imports.header import MOST_COLUMNS
from services.lead.imports.records import CELL_LIMIT, Record
from services.lead.imports.sniffing import UnreadableFile

MOST_ROWS = 1_048_576
"""What a sheet holds."""

_CHUNK: Final = 64 * 1024
_SHEET_DATA: Final = f"{{{SHEET_MAIN_NS}}}sheetData"
_ROW: Final = f"{{{SHEET_MAIN_NS}}}row"
_STRING: Final = f"{{{SHEET_MAIN_NS}}}si"

_UNREADABLE = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError)
"""What openpyxl raises for a part that is not as it must be."""

_BROKEN = (
    *_UNREADABLE,
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, ParseError, EOFError, OSError, RuntimeError),
)

warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")


class Workbook:
    """An opened workbook. Raises UnreadableFile where it is none, damaged, or a bomb."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._archive = Archive(file)
            self._archive.refuse_bombs()
            if "[Content_Types].xml" not in self._archive.namelist():
                raise UnreadableFile("the file is a ZIP archive; unpack it and upload the table inside")
            self._open(ExcelReader(file, read_only=True, data_only=True, keep_links=False))
        except UnreadableFile:
            raise
        except _BROKEN as error:
            raise UnreadableFile(f"the workbook is damaged or cut off: {_told(error)}") from None

    def _open(self, reader: ExcelReader) -> None:
        reader.archive = self._archive
        reader.read_manifest()
        reader.read_workbook()
        sheets = [(sheet.state, relation) for sheet, relation in reader.parser.find_sheets()]
        self._sheet = _first_shown(sheets)
        self._archive.getinfo(self._sheet)
        self._strings = _Strings()
        if strings := reader.package.find(SHARED_STRINGS):
            with self._archive.open(strings.PartName[1:]) as part:
                self._strings.fill(part)
        self._cells = _Cells(reader.wb, self._archive, self._strings)

    def records(self) -> Iterator[Record]:
        """Rows with anything in them; ``line`` is the number that the spreadsheet shows."""
        line = 0
        try:
            with self._archive.open(self._sheet) as part:
                for row in elements(part, _ROW, until=_SHEET_DATA):
                    record = self._record(row, after=line)
                    line = record.line
                    if record.reason or any(cell.strip() for cell in record.cells):
                        yield record
                while part.read(_CHUNK):
                    pass  # at the end the archive compares its checksum
        except _BROKEN as error:
            yield Record(line + 1, [], f"the workbook cannot be read on from this row: {_told(error)}")

    def _record(self, row: Element, *, after: int) -> Record:
        try:
            number, texts = self._cells.of(row)
        except _UNREADABLE as error:
            return Record(after + 1, [], f"the row cannot be read: {_told(error)}")
        line = max(number, after + 1)
        if line > MOST_ROWS:
            raise ValueError(f"a sheet has at most {MOST_ROWS} rows")
        return Record(line, texts)


class _Strings:
    """The shared strings, by number; one that is not there is empty."""

    def __init__(self) -> None:
        self._file = spool()
        self._ends = array("Q", [0])

    def fill(self, part: IO[bytes]) -> None:
        """Take them from their part of the archive."""
        for element in elements(part, _STRING):
            raw = Text.from_tree(element).content[:CELL_LIMIT].encode("utf-8", "replace")
            self._file.write(raw)
            self._ends.append(self._ends[-1] + len(raw))
        self._file.flush()

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self._ends) - 1:
            return ""
        start, end = self._ends[number], self._ends[number + 1]
        return os.pread(self._file.fileno(), end - start, start).decode()


class _Cells:
    """Makes texts of cells: dates and padded numbers by their formats, where those can be read."""

    def __init__(self, book: Book, archive: Archive, strings: _Strings) -> None:
        formats: dict[str, Any] = {}
        self._digits: dict[int, int] = {}
        try:
            apply_stylesheet(archive, book)
            self._digits = _digits(book)
            formats = {"date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}
        except _UNREADABLE:
            pass  # some programs write formats that only they can read
        self._parser = WorkSheetParser(None, strings, data_only=True, epoch=book.epoch, **formats)

    def of(self, row: Element) -> tuple[int, list[str]]:
        """The number of the row and its cells; columns beyond what is read share the last."""
        number, cells = self._parser.parse_row(row)
        self._parser.row_dimensions.clear()
        texts: list[str] = []
        for cell in cells:
            place = min(cell["column"], MOST_COLUMNS + 1)
            texts += [""] * (place - len(texts))
            texts[place - 1] = _shown(cell["value"], digits=self._digits.get(cell["style_id"], 0))
        return number, texts


def spool() -> IO[bytes]:
    """A file on disk without a name, gone when nobody holds it any more."""
    descriptor, path = tempfile.mkstemp(prefix="fanfare-import-")
    os.unlink(path)
    return os.fdopen(descriptor, "w+b")


def _first_shown(sheets: list[tuple[str, Relationship]]) -> str:
    """The path of the first sheet of cells that is not hidden, or else of the first at all."""
    tables: list[tuple[str, str]] = [
        (state, one.target) for state, one in sheets if one.Type.endswith("/worksheet")
    ]
    shown = [path for state, path in tables if state == "visible"] or [path for _, path in tables]
    if not shown:
        raise UnreadableFile("the workbook has no sheet")
    return shown[0]


def _shown(value: Any, *, digits: int) -> str:
    """A value as it is typed: a phone number must not become 1.38E10."""
    if isinstance(value, str):
        return _plain(value[:CELL_LIMIT])
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, int):
        return str(value).zfill(digits)
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | time):
        return value.isoformat()
    return "" if value is None else str(value)


def _plain(text: str) -> str:
    """With the characters that XML cannot hold, which Excel writes as ``_x0007_``."""
    return unescape(text).encode("utf-8", "replace").decode() if "_x" in text else text


def _digits(book: Book) -> dict[int, int]:
    """By style: how many digits are shown where a format is nothing but zeros, as of postal codes."""
    first = BUILTIN_FORMATS_MAX_SIZE
    formats = {number: style.numFmtId for number, style in enumerate(book._cell_styles)}
    codes = {number: book._number_formats[one - first] for number, one in formats.items() if one >= first}
    return {number: len(code) for number, code in codes.items() if set(code) == {"0"}}


def _told(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
