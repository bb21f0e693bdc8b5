"""Reads a text stream as CSV records and survives what real files hold.

A quote that opens and never closes would swallow the rest of the file: such a record is given up
after some lines, its first line refused, and reading goes on right behind that line.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LINES_A_RECORD = 200
"""Most lines that one record may span."""

CELL_LIMIT = 128 * 1024
"""Most characters in one cell, the limit of Python's own reader."""


@dataclass(frozen=True)
class Record:
    """One record, or what could not be read as one. ``line`` is where it starts, counted from 1."""

    line: int
    cells: list[str]
    reason: str | None = None


class _OpenQuote(Exception):
    """The record at hand has an opening quote and no end in sight."""


class _Lines:
    """Hands lines to the CSV reader, knows which ones the present record took, and takes some back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.source = iter(lines)
        self.returned: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= LINES_A_RECORD:
            raise _OpenQuote
        try:
            line = self.returned.popleft() if self.returned else next(self.source)
        except StopIteration:
            if self.taken:
                raise _OpenQuote from None
            raise
        self.number += 1
        self.taken.append(line)
        return line

    def give_up_first(self) -> str:
        """Keep only the first line of the record at hand; the others will be read again."""
        first, *rest = self.taken
        self.number -= len(rest)
        self.returned.extendleft(reversed(rest))
        return first


def read_records(lines: Iterable[str], *, delimiter: str) -> Iterator[Record]:
    """The records of ``lines``, blank ones left out; each line keeps its line end."""
    source = _Lines(lines)
    reader = csv.reader(source, delimiter=delimiter, skipinitialspace=True)
    while True:
        start = source.number + 1
        source.taken = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (_OpenQuote, csv.Error):
            yield _unreadable(source.give_up_first(), start)
            continue
        if any(cell.strip() for cell in cells):
            yield Record(start, cells)


def _unreadable(line: str, number: int) -> Record:
    text = line.rstrip("\r\n")
    reason = "the line is too long" if len(text) > CELL_LIMIT else "a quotation mark opens and does not close"
    return Record(number, [text], reason)
