"""How a person can be reached and named: addresses, numbers and names as people type them, made uniform.

Nothing here asks the network. Reasons for refusal are sentences that a person can act on.
"""

import re
from functools import cache, lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from chassis.clock import time_zones
from services.lead.customers.numbers import plain_number

TEXT_LIMIT = 200
"""Longest name, company, region or source that is kept."""

_INVISIBLE = dict.fromkeys(map(ord, "\x00\ufeff\u200b\u200c\u200d\u2060"))
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*\Z")
_SPACES = re.compile(r"\s+")
_HAN_NAME = re.compile(r"[\u3400-\u9fff]{2,4}\Z")
_DOUBLE_SURNAMES = frozenset(
    ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "长孙", "夏侯")
    + ("端木", "歐陽", "司馬", "諸葛", "東方", "長孫")
)


class Unreachable(ValueError):
    """An address or number that cannot be used. The text says why."""


def tidy(text: str) -> str:
    """``text`` on one line, without invisible characters or spaces (ideographic ones too) around it."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return _SPACES.sub(" ", text.translate(_INVISIBLE)).strip()


def email_address(text: str) -> str | None:
    """The address in normal form, its domain in lower case; None for a blank. Raises Unreachable.

    Domains under `.test` are taken, so that a staging system can be fed.
    """
    address = tidy(text)
    if not address:
        return None
    local, at, domain = address.rpartition("@")
    if at and len(local) <= 64 and _PLAIN_LOCAL.match(local):
        return f"{local}@{_domain(domain)}"
    return _validated(address)


@lru_cache(maxsize=65536)
def _domain(domain: str) -> str:
    """Most files name few domains, and judging one costs far more than looking it up."""
    return _validated(f"x@{domain}").removeprefix("x@")


def _validated(address: str) -> str:
    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise Unreachable(str(error).rstrip(".")) from None


def email_domain(address: str | None) -> str:
    """The part after the last @, or an empty string."""
    return address.rpartition("@")[2] if address else ""


def phone_number(text: str, region: str) -> str | None:
    """The number in E.164 form; None for a blank. Raises Unreachable.

    ``region`` is the ISO 3166 country whose plan reads a number without a country code.
    """
    digits = tidy(text)
    if not digits:
        return None
    if quick := plain_number(digits, region):
        return quick
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        raise Unreachable(f"{digits[:40]} is not a phone number") from None
    if not phonenumbers.is_valid_number(number):
        plan = "" if digits.startswith("+") else f" in {region}"
        raise Unreachable(f"{digits[:40]} is not a valid phone number{plan}")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def country_code(text: str) -> str:
    """The ISO 3166 code of a country, given by its code or by its name in any of many languages.

    A blank stays one. Raises Unreachable.
    """
    name = tidy(text)
    if not name or name.upper() in _names_of_countries():
        return name.upper()
    code = _countries().get(_plain_name(name))
    if code is None:
        raise Unreachable(f"{name[:40]} is not a country")
    return code


@cache
def _names_of_countries() -> dict[str, dict[str, str]]:
    """What CLDR calls each country in each language, from the one file of the library that has it.

    Imported the usual way it brings the places of all numbers along: a second, and 100 MB.
    """
    file = Path(str(phonenumbers.__file__)).with_name("geodata") / "locale.py"
    spec = spec_from_file_location("phonenumbers.geodata.locale", file)
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    names: dict[str, dict[str, str]] = module.LOCALE_DATA
    return names


@cache
def _countries() -> dict[str, str]:
    """Codes by the names that CLDR has for countries, as the phone number library ships them."""
    names: dict[str, str] = {}
    for code, by_language in _names_of_countries().items():
        for name in by_language.values():
            if not name.startswith("*"):
                names.setdefault(_plain_name(name), code)
    return names | {
        "usa": "US",
        "us": "US",
        "uk": "GB",
        "greatbritain": "GB",
        "england": "GB",
        "prchina": "CN",
    }


def _plain_name(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def time_zone(text: str) -> str:
    """The IANA name of a time zone as it is written there; a blank stays one. Raises Unreachable."""
    name = tidy(text)
    if name and name not in time_zones():
        raise Unreachable(f"{name[:40]} is not a time zone such as Europe/Berlin")
    return name


def chat_address(text: str) -> str | None:
    """The address of a chat service, as a URL of any scheme; None for a blank. Raises Unreachable."""
    address = tidy(text)
    if not address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if not parts.scheme or "://" not in address or not (parts.netloc or parts.path):
        raise Unreachable(f"{address[:40]} is not an address of the form service://name")
    return address


def knows_region(region: str) -> bool:
    """Whether ``region`` is a country with a numbering plan."""
    return region in phonenumbers.SUPPORTED_REGIONS


def split_name(full_name: str) -> tuple[str, str]:
    """(given, family) of a name written in one field, e.g. "Ann Lee", "Lee, Ann" or "欧阳娜娜"."""
    name = tidy(full_name)
    if _HAN_NAME.match(name):
        cut = 2 if len(name) > 2 and name[:2] in _DOUBLE_SURNAMES else 1
        return name[cut:], name[:cut]
    family, comma, given = name.partition(",")
    if comma:
        return given.strip(), family.strip()
    given, _, family = name.rpartition(" ")
    return (given, family) if given else (family, "")


def match_key(
    *, email: str | None, phone: str | None, given_name: str, family_name: str, company: str
) -> str | None:
    """What two entries for the same contact of a department have in common; None when nothing tells.

    The email address alone where there is one, else phone with name, else company with name; a
    number that is on nobody's name is shared by a company.
    """
    name = f"{given_name} {family_name}".strip().casefold()
    if email:
        return f"email:{email.casefold()}"
    if phone:
        return f"phone:{phone}|{name or company.casefold()}"
    if company:
        return f"company:{company.casefold()}|{name}"
    return None
