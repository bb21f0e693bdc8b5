"""The ZIP archive that a workbook is, opened so that no file swells the importer.

A workbook that unfolds to far more than it is (a zip bomb) is refused before it is parsed, and of XML only so
much is held at once.
"""

import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element, iterparse

from services.lead.imports.sniffing import UnreadableFile

MOST_UNFOLDED = 4 * 1024**3
"""Bytes of all parts together. A sheet of a million rows has about a tenth of that."""

MOST_RATIO = 200
"""How many times larger than its packed form a part may be; sheets reach 20 to 60."""

SMALL_PART = 16 * 1024**2
"""Parts up to this size may be packed as well as they like."""

MOST_AT_ONCE = 8 * 1024**2
"""Bytes of a row, or of a part that is not read by rows: as a tree they take some twenty times as much."""


class Archive(zipfile.ZipFile):
    """A workbook as the ZIP archive that it is. Only small parts of it are read whole, as openpyxl does."""

    def refuse_bombs(self) -> None:
        """Raises UnreadableFile by what the directory says; no part unfolds to more than that."""
        parts = self.infolist()
        whole = sum(part.file_size for part in parts)
        if whole > MOST_UNFOLDED:
            raise UnreadableFile(
                f"the workbook unfolds to {whole // 1024**2} MB, more than is read; save it as CSV"
            )
        for part in parts:
            ratio = part.file_size // max(1, part.compress_size)
            if part.file_size > SMALL_PART and ratio >= MOST_RATIO:
                raise UnreadableFile(
                    f"a part of the workbook unfolds to {ratio} times its size, as only a zip bomb does; "
                    "save it as CSV"
                )

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        part = self.getinfo(name) if isinstance(name, str) else name
        if part.file_size > MOST_AT_ONCE:
            raise _too_large(part.filename)
        return super().read(name, pwd)


def elements(part: IO[bytes], tag: str, *, until: str = "") -> Iterator[Element]:
    """The elements of a tag, each gone when the next is asked for, up to the end of the first ``until``."""
    source = _Measured(part)
    around: list[Element] = []
    for event, element in iterparse(source, ("start", "end")):
        if event == "start":
            around.append(element)
            continue
        around.pop()
        if element.tag == tag:
            yield element
            around[-1].clear()
            source.held = 0
        elif element.tag == until:
            return


class _Measured:
    """A part that is read in pieces. Raises ValueError where more than is held at once has come."""

    def __init__(self, part: IO[bytes]) -> None:
        self._part = part
        self.held = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._part.read(size)
        self.held += len(piece)
        if self.held > MOST_AT_ONCE:
            raise _too_large("a row")
        return piece


def _too_large(what: str) -> ValueError:
    return ValueError(
        f"{what} has more than {MOST_AT_ONCE // 1024**2} MB, which is more than is read at once"
    )
