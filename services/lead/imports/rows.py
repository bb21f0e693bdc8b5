"""One record of a file as a draft of a contact, or a sentence why it cannot be one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from services.lead.customers.model import Channel
from services.lead.customers.naming import name_key
from services.lead.customers.reach import (
    TEXT_LIMIT,
    Unreachable,
    country_code,
    email_address,
    email_domain,
    match_key,
    phone_number,
    split_name,
    tidy,
)
from services.lead.imports import synonyms
from services.lead.imports.header import plain
from services.lead.imports.records import Record

_YES = frozenset(map(plain, synonyms.YES)) | {"✓", "✔"}
_NO = frozenset(map(plain, synonyms.NO)) | {"✗"}
_KINDS = {plain(word): kind for kind, words in synonyms.KINDS.items() for word in words}
POSTAL_CODE_LIMIT = 32

_REACHED = ("email", "phone")
_TEXTS = ("given_name", "family_name", "company", "region", "language", "source", "owner")
_NO_TEXTS = dict.fromkeys(_TEXTS, "")


class Refused(ValueError):
    """The record cannot become a contact. The text says why, naming the field."""


@dataclass(slots=True)
class Draft:
    """What a record says about a contact. Blank values are empty strings, or None."""

    key: str
    given_name: str
    family_name: str
    company: str
    kind: str
    email: str | None
    phone: str | None
    region: str
    language: str
    source: str
    owner: str
    consents: dict[Channel, bool]
    country: str = ""
    fax: str | None = None
    address: dict[str, Any] | None = None
    external_id: str | None = None
    line: int = 0
    name_key: str | None = None

    @property
    def email_domain(self) -> str:
        return email_domain(self.email)

    def blocks(self) -> list[tuple[str, str]]:
        """(kind, key) of the groups within which it is compared."""
        keys = ("external_id", self.external_id), ("phone", self.phone), ("name_key", self.name_key)
        return [(kind, key) for kind, key in keys if key]

    def absorb(self, later: "Draft", *, exact: bool = True) -> None:
        """Take over what a later record about the same contact says; its blanks say nothing.

        One that only looks the same does not replace what identifies: it fills it in.
        """
        for name in (*_TEXTS, "kind", "phone", "country", "fax", "address"):
            setattr(self, name, getattr(later, name) or getattr(self, name))
        for name in ("email", "external_id"):
            first, second = (later, self) if exact else (self, later)
            setattr(self, name, getattr(first, name) or getattr(second, name))
        self.consents |= later.consents
        self.identify()

    def identify(self) -> None:
        """Renew the keys that it is found by."""
        names = {"given_name": self.given_name, "family_name": self.family_name, "company": self.company}
        self.key = match_key(email=self.email, phone=self.phone, **names) or self.key
        self.name_key = name_key(**names)


class RowReader:
    """Reads records by a fixed mapping.

    ``consents`` are channels that every contact of the file has agreed to; a column of the file
    that says otherwise wins. ``phone_region`` reads numbers without a country code.
    """

    def __init__(
        self, mapping: Mapping[int, str], *, width: int, phone_region: str, consents: Sequence[Channel] = ()
    ) -> None:
        self.width = width
        self.phone_region = phone_region
        self.consents = tuple(consents)
        self.columns: dict[str, list[int]] = {}
        for column, field in mapping.items():
            self.columns.setdefault(field, []).append(column)
        self.others = [(field, columns) for field, columns in self.columns.items() if field not in _REACHED]
        self.words = [field for field in self.columns if "." in field]

    def read(self, record: Record) -> Draft:
        """The draft of a contact. Raises Refused."""
        cells = record.cells
        if record.reason:
            raise Refused(record.reason)
        if len(cells) > self.width and any(cell.strip() for cell in cells[self.width :]):
            raise Refused(f"the row has {len(cells)} cells where the header has {self.width}")
        values = {field: self._value(cells, columns) for field, columns in self.others}
        return self._draft(values, cells, line=record.line)

    def _value(self, cells: list[str], columns: list[int]) -> str:
        for column in columns:
            if column < len(cells) and (value := tidy(cells[column])):
                if "\ufffd" in value:
                    raise Refused("the row has bytes that are not in the encoding of the file")
                return value[1:] if value[0] == "'" and value[1:2] in "=+-@" else value
        return ""

    def _draft(self, values: dict[str, str], cells: list[str], *, line: int) -> Draft:
        texts = _texts(values)
        email = self._valid("email", cells, email_address)
        phone = self._valid("phone", cells, lambda text: phone_number(text, self.phone_region))
        key = match_key(
            email=email,
            phone=phone,
            given_name=texts["given_name"],
            family_name=texts["family_name"],
            company=texts["company"],
        )
        if key is None:
            raise Refused("the row has neither an email address nor a phone number nor a company")
        names = (texts["given_name"], texts["family_name"], texts["company"])
        return Draft(
            key,
            kind=_kind(values.get("kind", "")),
            email=email,
            phone=phone,
            consents=self._consents(values),
            country=_country(values.get("country", "")),
            fax=self._fax(values["fax"]) if values.get("fax") else None,
            address=self._address(values) if values.get("street") else None,
            external_id=values.get("external_id") or None,
            line=line,
            name_key=name_key(*names),
            **texts,
        )

    def _valid(self, field: str, cells: list[str], normal: Callable[[str], str | None]) -> str | None:
        """The first usable value of the columns of a field. Raises Refused where none of several is."""
        refusal = ""
        for column in self.columns.get(field, ()):
            try:
                if value := normal(self._value(cells, [column])):
                    return value
            except Unreachable as error:
                refusal = refusal or f"{field}: {error}"
        if refusal:
            raise Refused(refusal)
        return None

    def _fax(self, written: str) -> str | None:
        """A number that is none is left out: the contact can be reached in other ways."""
        try:
            return phone_number(written, self.phone_region)
        except Unreachable:
            return None

    def _address(self, values: dict[str, str]) -> dict[str, Any] | None:
        """The postal address where there is a street; without a country it lies in that of the numbers."""
        street, city = values.get("street", ""), values.get("city", "")
        if not street or len(street) > TEXT_LIMIT or len(city) > TEXT_LIMIT:
            return None
        country = _country(values.get("country", ""))
        if not country and values.get("country"):
            return None
        code = values.get("postal_code", "")[:POSTAL_CODE_LIMIT]
        address = {"lines": [street], "postal_code": code, "city": city}
        return {**address, "country": country or self.phone_region}

    def _consents(self, values: dict[str, str]) -> dict[Channel, bool]:
        given: dict[Channel, bool] = dict.fromkeys(self.consents, True)
        for field in self.words:
            answer = _yes_or_no(field, values[field])
            wish, _, channel = field.partition(".")
            if wish == "consent" and answer is not None:
                given[channel] = answer  # type: ignore[index]
            elif wish == "optout" and answer:
                given[channel] = False  # type: ignore[index]
        return given


def _texts(values: dict[str, str]) -> dict[str, str]:
    """The fields that are plain text. Raises Refused where one is too long."""
    said = {name: value for name, value in values.items() if name in _NO_TEXTS}
    texts = _NO_TEXTS | said
    if "full_name" in values and not (texts["given_name"] or texts["family_name"]):
        texts["given_name"], texts["family_name"] = split_name(values["full_name"])
    if max(map(len, values.values()), default=0) > TEXT_LIMIT:
        _check_lengths({"external_id": values.get("external_id", ""), **texts})
    return texts


def _check_lengths(texts: dict[str, str]) -> None:
    name = next((name for name, value in texts.items() if len(value) > TEXT_LIMIT), None)
    if name is not None:
        raise Refused(f"{name}: longer than {TEXT_LIMIT} characters")


@lru_cache(maxsize=1024)
def _country(written: str) -> str:
    """The code of a country; a name that is none is left out."""
    try:
        return country_code(written)
    except Unreachable:
        return ""


def _kind(written: str) -> str:
    if not written:
        return ""
    kind = _KINDS.get(plain(written))
    if kind is None:
        raise Refused(f"kind: {written[:40]} is none of {', '.join(synonyms.KINDS)}")
    return kind


@lru_cache(maxsize=1024)
def _yes_or_no(field: str, written: str) -> bool | None:
    """None for a blank. Raises Refused for words that are neither."""
    word = plain(written) or written
    if not word:
        return None
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Refused(f"{field}: {written[:40]} is neither yes nor no")
