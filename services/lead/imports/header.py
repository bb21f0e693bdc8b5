"""Which column of a file is which field of a contact: as told, or guessed from the header."""

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence

from services.lead.imports import synonyms
from services.lead.imports.sniffing import UnreadableFile

IDENTITY = ("email", "phone", "company", "full_name", "given_name", "family_name")
"""A file must have at least one of these."""

IGNORED = ""
"""What an explicit mapping gives for a column that must not be read."""

MOST_COLUMNS = 1000

_LIKENESS = 0.88
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+$")
_PHONE = re.compile(r"\+?[\d()./ -]{7,20}$")
_NAME = re.compile(r"[^\W\d_]+([ .,'-]+[^\W\d_]+){0,4}\.?$")
_SEPARATORS = re.compile(r"[\W_]+")


def plain(name: str) -> str:
    """A column name without case, accents, separators and Salesforce's `__c`."""
    folded = unicodedata.normalize("NFKD", name.casefold().strip().removesuffix("__c"))
    return _SEPARATORS.sub("", "".join(char for char in folded if not unicodedata.combining(char)))


_ORDER = [(plain(name), field) for field, names in synonyms.FIELDS.items() for name in names]
_FIELD_OF = dict(reversed(_ORDER))
_RANK = {name: rank for rank, (name, _) in reversed(list(enumerate(_ORDER)))}
_ACCOUNT_MARKS = frozenset(map(plain, synonyms.ACCOUNT_MARKS))


def map_columns(header: Sequence[str], explicit: Mapping[str, str]) -> dict[int, str]:
    """The field of each column that is read, by column number counted from 0.

    Of several columns for one field the first one here goes first. ``explicit`` gives fields by
    column name and wins over guesses. Raises UnreadableFile when a column it names is missing, or
    when no column tells who a contact is.
    """
    if len(header) > MOST_COLUMNS:
        raise UnreadableFile(f"the first line has {len(header)} columns; at most {MOST_COLUMNS} are read")
    told = _told(header, explicit)
    covered = set(told.values())
    mapping = {column: field for column, field in told.items() if field != IGNORED}
    for column, field in _guess(header).items():
        if column not in told and field not in covered:
            mapping[column] = field
    if not set(IDENTITY) & set(mapping.values()):
        shown = ", ".join(name.strip()[:40] for name in header[:12])
        raise UnreadableFile(
            f"no column tells who a contact is; the first line reads: {shown}. "
            "Put the column names there, or upload with a mapping"
        )
    return mapping


def is_data(cells: Sequence[str]) -> bool:
    """Whether the first record is one of data already: no column is called by an address or a number."""
    looks = any(_EMAIL.match(cell.strip()) or _PHONE.match(cell.strip()) for cell in cells)
    return looks and not _guess(cells)


def guess_by_content(records: Sequence[Sequence[str]]) -> dict[str, str]:
    """The field of `Column 1` and so on by what stands in most records: addresses, numbers, names."""
    guessed: dict[str, str] = {}
    for column in range(max(map(len, records), default=0)):
        cells = [
            record[column].strip() for record in records if column < len(record) and record[column].strip()
        ]
        for field, looks in (("email", _EMAIL), ("phone", _PHONE), ("full_name", _NAME)):
            fits = sum(bool(looks.match(cell)) for cell in cells)
            if cells and fits > 0.8 * len(cells) and field not in guessed.values():
                guessed[f"Column {column + 1}"] = field
                break
    return guessed


def known_fields() -> tuple[str, ...]:
    """Every field that a column may be mapped to."""
    return tuple(synonyms.FIELDS)


def _told(header: Sequence[str], explicit: Mapping[str, str]) -> dict[int, str]:
    places = {name.strip(): column for column, name in reversed(list(enumerate(header)))}
    missing = [name for name in explicit if name.strip() not in places]
    if missing:
        raise UnreadableFile(f"the mapping names columns that the file does not have: {', '.join(missing)}")
    return {places[name.strip()]: field for name, field in explicit.items()}


def _guess(header: Sequence[str]) -> dict[int, str]:
    names = [plain(name) for name in header]
    found: list[tuple[int, int, str]] = []
    for column, name in enumerate(names):
        known = _known_name(name, header[column])
        if known:
            found.append((_RANK[known], column, _FIELD_OF[known]))
    mapping = {column: field for _, column, field in sorted(found)}
    if not _ACCOUNT_MARKS.isdisjoint(names) and "company" not in mapping.values():
        return {c: "company" if names[c] == "name" else field for c, field in mapping.items()}
    return mapping


def _known_name(name: str, written: str) -> str | None:
    """The known column name that ``name`` is, or is so like that it must be a slip of the pen."""
    if name in _FIELD_OF:
        return name
    tail = plain(re.split(r"[:\-.]", written)[-1])
    if ":" in written and tail in _FIELD_OF:
        return tail
    if len(name) < 5 or name.endswith("id"):
        return None
    return next(iter(difflib.get_close_matches(name, _FIELD_OF, n=1, cutoff=_LIKENESS)), None)
