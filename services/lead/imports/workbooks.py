"""Reads the first visible sheet of an XLSX workbook, row by row, in flat memory.

Only what a table of contacts needs of ECMA-376: cells, shared strings, the order of sheets. A workbook that
unfolds to far more than it is (a zip bomb), or that declares a document type, is refused before it is parsed.
"""

import os
import re
import tempfile
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from services.lead.imports.header import MOST_COLUMNS
from services.lead.imports.records import CELL_LIMIT, Record
from services.lead.imports.sniffing import UnreadableFile

MOST_UNFOLDED = 4 * 1024**3
"""Bytes of all parts together. A sheet of a million rows has about a tenth of that."""

MOST_RATIO = 200
"""How many times larger than its packed form a part may be; sheets reach 20 to 60."""

SMALL_PART = 16 * 1024**2
"""Parts up to this size may be packed as well as they like."""

_Start = Callable[[str, dict[str, str]], None]

_CHUNK = 64 * 1024
_COLUMN = re.compile(r"([A-Z]{1,3})(\d*)")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
)


class Workbook:
    """An opened workbook. Raises UnreadableFile where it is none, damaged, or a bomb."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except _BROKEN:
            raise UnreadableFile("the workbook is damaged or cut off") from None
        refuse_bombs(self._zip)
        names = set(self._zip.namelist())
        if "xl/workbook.xml" not in names:
            raise UnreadableFile("the file is a ZIP archive; unpack it and upload the table inside")
        try:
            self._sheet = _first_sheet(self._zip)
            self._strings = _Strings(self._zip) if "xl/sharedStrings.xml" in names else None
        except _BROKEN as error:
            raise UnreadableFile(f"the workbook is damaged or cut off: {_told(error)}") from None
        if self._sheet not in names:
            raise UnreadableFile("the workbook has no sheet")

    def records(self) -> Iterator[Record]:
        """Rows with anything in them; ``line`` is the number that the spreadsheet shows."""
        line = 0
        try:
            for line, cells in self._rows():
                if any(cell.strip() for cell in cells):
                    yield Record(line, cells)
        except _BROKEN as error:
            yield Record(line + 1, [], f"the workbook cannot be read on from this row: {_told(error)}")

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        reader = _Sheet(self._strings)
        with self._zip.open(self._sheet) as part:
            while chunk := part.read(_CHUNK):
                fault = reader.feed(chunk)
                yield from reader.done
                reader.done.clear()
                if fault is not None:
                    raise fault
        reader.end()


def spool() -> IO[bytes]:
    """A file on disk without a name, gone when nobody holds it any more."""
    descriptor, path = tempfile.mkstemp(prefix="fanfare-import-")
    os.unlink(path)
    return os.fdopen(descriptor, "w+b")


def refuse_bombs(archive: zipfile.ZipFile) -> None:
    """Raises UnreadableFile by what the directory of the archive says; no part unfolds to more than that."""
    parts = archive.infolist()
    whole = sum(part.file_size for part in parts)
    if whole > MOST_UNFOLDED:
        raise UnreadableFile(
            f"the workbook unfolds to {whole // 1024**2} MB, more than is read; save it as CSV"
        )
    for part in parts:
        if part.file_size > SMALL_PART and part.file_size > MOST_RATIO * max(1, part.compress_size):
            raise UnreadableFile(
                f"a part of the workbook unfolds to {part.file_size // max(1, part.compress_size)} times its "
                "size, as only a zip bomb does; save it as CSV"
            )


def _told(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """The path of the first sheet that is not hidden."""
    sheets: list[tuple[str, str]] = []
    targets: dict[str, str] = {}

    def sheet(name: str, given: dict[str, str]) -> None:
        if name == "sheet":
            place = next(
                (value for key, value in given.items() if key.endswith("id") and key != "sheetId"), ""
            )
            sheets.append((given.get("state", "visible"), place))

    def relation(name: str, given: dict[str, str]) -> None:
        if name == "Relationship":
            targets[given.get("Id", "")] = given.get("Target", "")

    _parse(archive, "xl/workbook.xml", sheet)
    _parse(archive, "xl/_rels/workbook.xml.rels", relation)
    shown = [place for state, place in sheets if state == "visible"] or [place for _, place in sheets]
    target = targets.get(shown[0], "") if shown else ""
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _parse(archive: zipfile.ZipFile, name: str, start: _Start) -> None:
    if name not in archive.namelist():
        return
    parser = _parser()
    parser.StartElementHandler = lambda element, given: start(element.rpartition(":")[2], given)
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            parser.Parse(chunk, False)


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise UnreadableFile("the workbook declares a document type, which no spreadsheet program writes")


class _Strings:
    """The shared strings, on disk: there may be millions of them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._file = spool()
        self._ends = array("Q", [0])
        self._text: list[str] = []
        self._in_text = self._phonetic = False
        parser = _parser()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        with archive.open("xl/sharedStrings.xml") as part:
            while chunk := part.read(_CHUNK):
                parser.Parse(chunk, False)
        self._file.flush()

    def __getitem__(self, number: int) -> str:
        start, end = self._ends[number], self._ends[number + 1]
        return os.pread(self._file.fileno(), end - start, start).decode()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def _start(self, name: str, _given: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "si":
            self._text.clear()
        self._phonetic = self._phonetic or kind == "rPh"
        self._in_text = kind == "t" and not self._phonetic

    def _characters(self, text: str) -> None:
        if self._in_text:
            self._text.append(text)

    def _end(self, name: str) -> None:
        kind = name.rpartition(":")[2]
        self._in_text = False
        if kind == "rPh":
            self._phonetic = False
        if kind == "si":
            raw = "".join(self._text)[:CELL_LIMIT].encode("utf-8", "replace")
            self._file.write(raw)
            self._ends.append(self._ends[-1] + len(raw))


class _Sheet:
    """Takes a sheet chunk by chunk; ``done`` are the rows that have ended, with their numbers."""

    def __init__(self, strings: _Strings | None) -> None:
        self.done: list[tuple[int, list[str]]] = []
        self._strings = strings
        self._cells: list[str] = []
        self._text: list[str] = []
        self._row = self._column = 0
        self._kind = ""
        self._reading = False
        self._parser = _parser()
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        self._parser.CharacterDataHandler = self._characters

    def feed(self, chunk: bytes) -> expat.ExpatError | None:
        """What is wrong with the chunk, if anything is; rows before that are done."""
        try:
            self._parser.Parse(chunk, False)
        except expat.ExpatError as error:
            return error
        return None

    def end(self) -> None:
        """Raises ExpatError where the sheet is not whole."""
        self._parser.Parse(b"", True)

    def _start(self, name: str, given: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "c":
            self._column = _column(given.get("r", ""), after=self._column)
            self._kind = given.get("t", "n")
            self._text.clear()
        elif kind == "row":
            number = given.get("r", "")
            self._row = max(int(number[:9]) if number.isdigit() else 0, self._row + 1)
            self._column, self._cells = 0, []
        else:
            self._reading = kind in ("v", "t")

    def _characters(self, text: str) -> None:
        if self._reading:
            self._text.append(text)

    def _end(self, name: str) -> None:
        kind = name.rpartition(":")[2]
        self._reading = False
        if kind == "c" and self._text:
            self._cells += [""] * (self._column - 1 - len(self._cells))
            self._cells.append(self._value("".join(self._text)[:CELL_LIMIT]))
        elif kind == "row":
            self.done.append((self._row, self._cells))

    def _value(self, text: str) -> str:
        if self._kind == "s":
            known = self._strings is not None and text.isdigit() and int(text) < len(self._strings)
            return self._strings[int(text)] if known and self._strings is not None else ""
        if self._kind == "b":
            return "yes" if text.strip() == "1" else "no"
        return _number(text) if self._kind == "n" else text


def _column(reference: str, *, after: int) -> int:
    """The number of a cell's column counted from 1; those beyond what is read share the last."""
    found = _COLUMN.match(reference)
    if found is None:
        return min(after + 1, MOST_COLUMNS + 1)
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return min(max(number, after + 1), MOST_COLUMNS + 1)


def _number(text: str) -> str:
    """A number as it is typed: a phone number must not become 1.38E10."""
    if text.isdigit():
        return text
    try:
        value = float(text)
    except ValueError:
        return text
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else text
