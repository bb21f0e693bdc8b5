"""An uploaded file opened for reading: decoded, cut into records, its columns mapped."""

import codecs
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from services.lead.customers.model import Channel
from services.lead.imports.header import guess_by_content, is_data, map_columns
from services.lead.imports.records import CELL_LIMIT, Record, read_records
from services.lead.imports.rows import RowReader
from services.lead.imports.sniffing import (
    Encoding,
    UnreadableFile,
    delimiter_of,
    encoding_of,
    format_of,
)
from services.lead.imports.vcards import COLUMNS, read_cards

_HEAD_CHARACTERS = 64 * 1024
LOOKED_AT = 50
"""Most records that are looked at before the first is read: to guess by, and to show."""

SHOWN, SHOWN_CHARACTERS = 10, 200
"""Records, and characters of each cell, that are shown before a file is imported."""

BATCH_CHARACTERS = 4_000_000
"""About how much of a file is in memory at a time, however large its rows are."""

_LINE_LIMIT = 2 * CELL_LIMIT

Pieces = Callable[[], Iterable[bytes]]
"""Gives the file from its beginning, as often as it is called."""


class _Bytes(io.RawIOBase):
    """Pieces of bytes as one raw stream."""

    def __init__(self, pieces: Iterable[bytes], *, skip: int) -> None:
        self.pieces = iter(pieces)
        self.rest = next(self.pieces, b"")[skip:]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self.rest:
            piece = next(self.pieces, None)
            if piece is None:
                return 0
            self.rest = piece
        count = min(len(buffer), len(self.rest))
        buffer[:count], self.rest = self.rest[:count], self.rest[count:]
        return count


@dataclass(frozen=True)
class Reading:
    """What a person said about how to read a file; None leaves it to be found out."""

    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None


class OpenFile:
    """A file whose header has been read; ``position`` is how many records after it have been handed out.

    ``ended`` says that none is left. ``codec`` and ``delimiter`` are empty for what has none.
    """

    def __init__(self, pieces: Pieces, *, told: Mapping[str, str], reading: Reading = Reading()) -> None:
        """Raises UnreadableFile."""
        self.format = format_of(next(iter(pieces()), b""))
        self.codec, self.delimiter = "", ""
        self.headed = True
        self.position = 0
        self.ended = False
        if self.format == "vcard":
            self._open_cards(pieces, reading)
        else:
            records = self._workbook(pieces) if self.format == "xlsx" else self._table(pieces, reading)
            self._open_table(records, told, reading)

    def rows(self, *, phone_region: str, consents: Sequence[Channel]) -> RowReader:
        """A reader for the records of this file."""
        width = len(self.header)
        return RowReader(self.mapping, width=width, phone_region=phone_region, consents=consents)

    def next_records(self, count: int) -> list[Record]:
        """The next records: ``count`` of usual size, fewer of large ones, and what is left at the end."""
        records: list[Record] = []
        room = BATCH_CHARACTERS
        for record in islice(self._records, count):
            records.append(record)
            room -= sum(map(len, record.cells))
            if room < 0:
                break
        else:
            self.ended = len(records) < count
        self.position += len(records)
        return records

    def skip_to(self, position: int) -> None:
        """Go on behind the first ``position`` records."""
        while self.position < position and self.next_records(min(1000, position - self.position)):
            pass

    @property
    def fields(self) -> dict[str, str]:
        """The field of each column that is read, by column name."""
        return {self.header[column].strip(): field for column, field in self.mapping.items()}

    def _open_cards(self, pieces: Pieces, reading: Reading) -> None:
        encoding = _encoding(pieces, reading)
        self.codec = encoding.codec
        self.header = [name for name, _ in COLUMNS]
        self.mapping = {column: field for column, (_, field) in enumerate(COLUMNS)}
        records = read_cards(_lines(pieces(), encoding))
        first = list(islice(records, LOOKED_AT))
        self.sample = _shown(first)
        self._records = chain(first, records)

    def _workbook(self, pieces: Pieces) -> Iterator[Record]:
        # Loaded with the first workbook: openpyxl is large, and most files are CSV.
        from services.lead.imports.workbooks import Workbook, spool

        file = spool()
        for piece in pieces():
            file.write(piece)
        file.seek(0)
        return Workbook(file).records()

    def _table(self, pieces: Pieces, reading: Reading) -> Iterator[Record]:
        encoding = _encoding(pieces, reading)
        lines = _lines(pieces(), encoding)
        head = _head(lines)
        self.codec = encoding.codec
        self.delimiter = reading.delimiter or delimiter_of("".join(head))
        if head and head[0].lower().startswith("sep=") and len(head[0].strip()) == 5:
            head[0] = "\n"
        return read_records(chain(head, lines), delimiter=self.delimiter)

    def _open_table(self, records: Iterator[Record], told: Mapping[str, str], reading: Reading) -> None:
        first = list(islice(records, LOOKED_AT))
        self.header = _header(first[0] if first else None)
        self.headed = not is_data(self.header) if reading.header is None else reading.header
        self.sample = _shown(first[self.headed :])
        if self.headed:
            self._records = chain(first[1:], records)
            self.mapping = map_columns(self.header, told)
        else:
            self._records = chain(first, records)
            self.header = [f"Column {number}" for number in range(1, len(self.header) + 1)]
            guessed = guess_by_content([record.cells for record in first])
            self.mapping = map_columns(self.header, guessed | dict(told))


def _encoding(pieces: Pieces, reading: Reading) -> Encoding:
    found = encoding_of(pieces())
    if reading.encoding is None or codecs.lookup(reading.encoding) == codecs.lookup(found.codec):
        return found
    return Encoding(reading.encoding)


def _lines(pieces: Iterable[bytes], encoding: Encoding) -> Iterator[str]:
    raw = io.BufferedReader(_Bytes(pieces, skip=encoding.skip))
    text = io.TextIOWrapper(raw, encoding=encoding.codec, errors="replace", newline=None)
    return iter(lambda: text.readline(_LINE_LIMIT), "")


def _head(lines: Iterator[str]) -> list[str]:
    head: list[str] = []
    length = 0
    for line in lines:
        head.append(line)
        length += len(line)
        if length >= _HEAD_CHARACTERS:
            break
    while head and not head[0].strip():
        del head[0]
    return head


def _shown(records: Sequence[Record]) -> list[list[str]]:
    """The beginning of some records, as much as a person looks at."""
    return [[cell.replace("\x00", "")[:SHOWN_CHARACTERS] for cell in one.cells] for one in records[:SHOWN]]


def _header(record: Record | None) -> list[str]:
    if record is None:
        raise UnreadableFile("the file is empty")
    if record.reason:
        raise UnreadableFile(f"the first line cannot be read: {record.reason}")
    return [cell.replace("\x00", "") for cell in record.cells]
