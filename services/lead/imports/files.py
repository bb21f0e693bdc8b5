"""An uploaded file opened for reading: decoded, cut into records, its columns mapped."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from services.lead.customers.model import Channel
from services.lead.imports.header import map_columns
from services.lead.imports.records import CELL_LIMIT, Record, read_records
from services.lead.imports.rows import RowReader
from services.lead.imports.sniffing import (
    Encoding,
    UnreadableFile,
    delimiter_of,
    encoding_of,
    refuse_other_kinds,
)

_HEAD_CHARACTERS = 64 * 1024
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


class OpenFile:
    """A file whose header has been read; ``position`` is how many records after it have been handed out."""

    def __init__(self, pieces: Pieces, *, told: Mapping[str, str]) -> None:
        """Raises UnreadableFile."""
        refuse_other_kinds(next(iter(pieces()), b""))
        self.encoding = encoding_of(pieces())
        lines = _lines(pieces(), self.encoding)
        head = _head(lines)
        self.delimiter = delimiter_of("".join(head))
        if head and head[0].lower().startswith("sep=") and len(head[0].strip()) == 5:
            head[0] = "\n"
        self._records = read_records(chain(head, lines), delimiter=self.delimiter)
        self.header = _header(next(self._records, None))
        self.mapping = map_columns(self.header, told)
        self.position = 0

    def rows(self, *, phone_region: str, consents: Sequence[Channel]) -> RowReader:
        """A reader for the records of this file."""
        width = len(self.header)
        return RowReader(self.mapping, width=width, phone_region=phone_region, consents=consents)

    def next_records(self, count: int) -> list[Record]:
        """The next records; fewer than ``count`` at the end."""
        records = list(islice(self._records, count))
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


def _header(record: Record | None) -> list[str]:
    if record is None:
        raise UnreadableFile("the file is empty")
    if record.reason:
        raise UnreadableFile(f"the first line cannot be read: {record.reason}")
    return [cell.replace("\x00", "") for cell in record.cells]
