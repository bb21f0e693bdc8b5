"""Reads a file of contacts: CSV with a column of contact ids, or of email addresses, or both.

A line that names nobody is refused with its number and a reason; the others are taken.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from uuid import UUID

from chassis.errors import Invalid

ID_COLUMNS = ("contact_id", "contact id", "contactid", "id")
EMAIL_COLUMNS = ("email", "e-mail", "email address", "e-mail address", "mail")
DELIMITERS = ",;\t"

LONGEST_ADDRESS = 320
REFUSALS_KEPT = 100
"""Most refused lines that are named one by one."""


@dataclass(frozen=True)
class Line:
    """A line of the file that names a contact: by id, or by address where there is none."""

    place: int
    contact_id: UUID | None
    email: str | None

    @property
    def key(self) -> str:
        """Equal for lines that name the same contact in the same way."""
        return str(self.contact_id or self.email)


@dataclass
class ContactFile:
    """A file as it is read. ``refused`` counts lines without a contact, ``refusals`` says why by line."""

    stream: BinaryIO
    refused: int = 0
    refusals: list[tuple[int, str]] = field(default_factory=list)

    def lines(self) -> Iterator[Line]:
        """The lines that name somebody, repeats left out. Raises Invalid for a file that cannot be read."""
        text = io.TextIOWrapper(self.stream, encoding="utf-8-sig", newline="")
        try:
            yield from self._read(text)
        except UnicodeDecodeError:
            raise Invalid({"body": ["is not text in UTF-8"]}) from None
        except csv.Error as error:
            raise Invalid({"body": [f"is not CSV: {error}"]}) from None
        finally:
            text.detach()

    def _read(self, text: io.TextIOWrapper) -> Iterator[Line]:
        head = text.readline()
        delimiter = max(DELIMITERS, key=head.count)
        names = [name.strip().casefold() for name in next(csv.reader([head], delimiter=delimiter), [])]
        by_id, by_email = _column(names, ID_COLUMNS), _column(names, EMAIL_COLUMNS)
        if by_id is None and by_email is None:
            raise Invalid({"body": ["has no column contact_id or email in its first line"]})
        seen: set[str] = set()
        reader = csv.reader(text, delimiter=delimiter)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            place = reader.line_num + 1
            line = self._line(place, _cell(cells, by_id), _cell(cells, by_email))
            if line is not None and line.key not in seen:
                seen.add(line.key)
                yield line

    def _line(self, place: int, contact_id: str, email: str) -> Line | None:
        if contact_id:
            try:
                return Line(place, UUID(contact_id), None)
            except ValueError:
                self._refuse(place, f"{contact_id[:40]!r} is not the id of a contact")
        elif not email:
            self._refuse(place, "names nobody")
        elif "@" not in email or len(email) > LONGEST_ADDRESS or "\x00" in email:
            self._refuse(place, f"{email[:40]!r} is not an email address")
        else:
            return Line(place, None, email.casefold())
        return None

    def _refuse(self, place: int, reason: str) -> None:
        self.refused += 1
        if len(self.refusals) < REFUSALS_KEPT:
            self.refusals.append((place, reason))


def _column(names: list[str], known: tuple[str, ...]) -> int | None:
    return next((names.index(name) for name in known if name in names), None)


def _cell(cells: list[str], column: int | None) -> str:
    return cells[column].strip() if column is not None and column < len(cells) else ""
