"""Reads vCards 2.1, 3.0 and 4.0 as people's programs write them, a record for each card.

Lines are unfolded (RFC 6350, 3.2), quoted-printable values of 2.1 are decoded in their own charset, groups
and unknown properties are passed over, and so are pictures, which are never held in memory. What makes no
card is refused with the line it starts on.
"""

import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from services.lead.imports.records import CELL_LIMIT, Record

COLUMNS: tuple[tuple[str, str], ...] = (
    *(("Full name", "full_name"), ("Given name", "given_name"), ("Family name", "family_name")),
    *(("Company", "company"), ("Email", "email"), ("Email 2", "email"), ("Email 3", "email")),
    *(("Phone", "phone"), ("Phone 2", "phone"), ("Phone 3", "phone"), ("Phone 4", "phone"), ("Fax", "fax")),
    *(("Street", "street"), ("Postal code", "postal_code"), ("City", "city"), ("Region", "region")),
    *(("Country", "country"), ("Language", "language"), ("UID", "external_id")),
)
"""The columns that a card becomes, and the field of a contact each one is."""

VERSIONS = ("2.1", "3.0", "4.0")
_READ = frozenset(("VERSION", "FN", "N", "ORG", "EMAIL", "TEL", "ADR", "LANG", "UID", "KIND"))
_NO_VOICE = frozenset(("FAX", "PAGER", "MODEM"))
_PIECES = re.compile(r'(?:[^;:"]|"[^"]*")+')
_HEAD = re.compile(r'((?:[^:"]|"[^"]*")*):(.*)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass
class _Property:
    """One content line: its name, its types and parameters in capitals, its value as it was written."""

    name: str
    types: frozenset[str]
    parameters: dict[str, str]
    value: str

    @property
    def preferred(self) -> bool:
        return "PREF" in self.types or "PREF" in self.parameters

    def text(self) -> str:
        return _plain(self.value)

    def parts(self) -> list[str]:
        """The components of a structured value; a backslash keeps a semicolon inside one."""
        return [_plain(part) for part in re.split(r"(?<!\\);", self.value)]


@dataclass
class _Card:
    line: int
    properties: list[_Property] = field(default_factory=list)

    def all(self, name: str) -> list[_Property]:
        """The properties of a name, the preferred ones first."""
        found = [one for one in self.properties if one.name == name]
        return sorted(found, key=lambda one: not one.preferred)

    def first(self, name: str) -> str:
        return next((one.text() for one in self.all(name)), "")


def read_cards(lines: Iterable[str]) -> Iterator[Record]:
    """A record for each card in ``lines``, and for each stretch of text that belongs to none."""
    deck = _Deck()
    for number, line in _unfolded(lines):
        yield from deck.take(number, line)
    if deck.card is not None:
        yield _refused(deck.card.line, "the file ends in the middle of the card")


class _Deck:
    """Puts content lines together to cards. ``inner`` is how deep in a card within the card it is."""

    def __init__(self) -> None:
        self.card: _Card | None = None
        self.inner = 0
        self.stray = False
        self.last = ""

    def take(self, number: int, line: str) -> Iterator[Record]:
        """What the line brings to an end."""
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            yield from self._begin(number)
        elif self.card is None:
            if word and not self.stray:
                yield _refused(number, "the line belongs to no card", line)
            self.stray = self.stray or bool(word)
        elif word == "END:VCARD":
            yield from self._end(self.card)
        elif not self.inner and (read := _property(line)):
            self.card.properties.append(read)
        self.last = word or self.last

    def _begin(self, number: int) -> Iterator[Record]:
        if self.card is not None and (self.inner or self.last.startswith("AGENT")):
            self.inner += 1
            return
        if self.card is not None:
            yield _refused(self.card.line, "the card does not end before the next one begins")
        self.card, self.stray = _Card(number), False

    def _end(self, card: _Card) -> Iterator[Record]:
        if self.inner:
            self.inner -= 1
        else:
            yield _record(card)
            self.card = None


def _unfolded(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of the first line of each; the rest of a long one is let go."""
    start, whole, soft = 0, "", False
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip("\r\n")
        if soft or (line[:1] in (" ", "\t") and start):
            more = line if soft else line[1:]
            whole = whole[:-1] + more if soft else whole + more if len(whole) < CELL_LIMIT else whole
        else:
            if start:
                yield start, whole
            start, whole = number, line
        soft = whole.endswith("=") and "QUOTED-PRINTABLE" in whole.partition(":")[0].upper()
    if start:
        yield start, whole


def _property(line: str) -> _Property | None:
    """None for a line that is no property, or one that nobody asks for."""
    found = _HEAD.match(line)
    if found is None:
        return None
    name, *written = _PIECES.findall(found[1]) or [""]
    name = name.rpartition(".")[2].strip().upper()
    if name not in _READ:
        return None
    types: set[str] = set()
    parameters: dict[str, str] = {}
    for one in written:
        key, equals, value = one.strip().partition("=")
        value = value.strip().strip('"').upper()
        if not equals or key.upper() == "TYPE":
            types.update(word.strip() for word in (value if equals else key.upper()).split(","))
        else:
            parameters[key.upper()] = value
    return _Property(name, frozenset(types), parameters, _decoded(found[2], types, parameters))


def _decoded(value: str, types: set[str], parameters: dict[str, str]) -> str:
    if parameters.get("ENCODING") != "QUOTED-PRINTABLE" and "QUOTED-PRINTABLE" not in types:
        return value
    raw = quopri.decodestring(value.encode("utf-8", "replace"))
    try:
        return raw.decode(parameters.get("CHARSET", "utf-8"), "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()


def _record(card: _Card) -> Record:
    version = card.first("VERSION")
    if version not in VERSIONS:
        told = f"version {version[:10]}" if version else "no version"
        return _refused(card.line, f"the card has {told}; {', '.join(VERSIONS)} are read")
    if card.first("KIND").lower() == "group":
        return _refused(card.line, "the card is a group, not a contact", card.first("FN"))
    family, given = [*next((one.parts() for one in card.all("N")), []), "", ""][:2]
    phones = sorted((one for one in card.all("TEL") if not one.types & _NO_VOICE), key=_by_use)
    fax = next((_number(one) for one in card.all("TEL") if "FAX" in one.types), "")
    emails = [one.text() for one in card.all("EMAIL")]
    address = [*next((one.parts() for one in card.all("ADR")), []), *[""] * 7]
    street = ", ".join(part for part in (address[1], address[2]) if part)
    company = next((one.parts()[0] for one in card.all("ORG")), "")
    return Record(
        card.line,
        [
            *(card.first("FN"), given, family, company),
            *[*emails, "", "", ""][:3],
            *[*map(_number, phones), "", "", "", ""][:4],
            *(fax, street, address[5], address[3], address[4], address[6]),
            *(card.first("LANG"), card.first("UID")),
        ],
    )


def _by_use(one: _Property) -> tuple[bool, bool]:
    return "CELL" not in one.types, not one.preferred


def _number(one: _Property) -> str:
    """A number, without what the form of a URI adds to it."""
    text = one.text()
    return text[4:].partition(";")[0] if text[:4].lower() == "tel:" else text


def _refused(line: int, reason: str, text: str = "") -> Record:
    return Record(line, [text[:CELL_LIMIT]], reason)
