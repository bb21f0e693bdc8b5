"""The manifest of a batch: what the print house must know of each piece, as JSON and as CSV."""

import csv
import io
from collections.abc import Iterator, Sequence
from hashlib import sha256

import msgspec

from services.outreach.channels.dm.addresses import MOST_LINES

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


class Entry(msgspec.Struct, frozen=True):
    """One piece. ``page`` is where its letter begins in the PDF.

    ``token`` is the code that is printed on it, ``checksum`` the SHA-256 of what identifies it: the
    sequence, the token and the address as printed, a line each.
    """

    sequence: int
    token: str
    name: str
    lines: list[str]
    country: str
    postal_code: str
    page: int
    pages: int
    checksum: str


def entry(
    *,
    sequence: int,
    token: str,
    name: str,
    lines: Sequence[str],
    country: str,
    postal_code: str,
    page: int,
    pages: int,
) -> Entry:
    """An entry with its checksum."""
    identity = "\n".join([str(sequence), token, *lines])
    return Entry(
        sequence=sequence,
        token=token,
        name=name,
        lines=list(lines),
        country=country,
        postal_code=postal_code,
        page=page,
        pages=pages,
        checksum=sha256(identity.encode()).hexdigest(),
    )


def encoded(entries: Sequence[Entry]) -> bytes:
    """As it is kept, and as it is given out as JSON."""
    return msgspec.json.encode(entries)


def as_csv(manifest: bytes) -> Iterator[str]:
    """The lines of the manifest as CSV, in UTF-8 with a byte order mark, which spreadsheets go by.

    What a spreadsheet could take for a formula gets an apostrophe before it.
    """
    fields = ["sequence", "token", "name", *(f"line_{number + 1}" for number in range(MOST_LINES))]
    yield "\ufeff" + _row([*fields, "country", "postal_code", "page", "pages", "checksum"])
    for one in msgspec.json.decode(manifest, type=list[Entry]):
        lines = [*one.lines, *[""] * (MOST_LINES - len(one.lines))]
        texts = [one.token, one.name, *lines, one.country, one.postal_code]
        texts = [_harmless(text) for text in texts]
        yield _row([str(one.sequence), *texts, str(one.page), str(one.pages), one.checksum])


def _harmless(text: str) -> str:
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _row(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
