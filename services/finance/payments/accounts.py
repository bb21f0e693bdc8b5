"""Whether the number of a bank account can be one: ISO 13616 (IBAN) and ISO 9362 (BIC)."""

import re

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")


def compact(number: str) -> str:
    """The number without the spaces that it is printed with."""
    return "".join(number.split()).upper()


def is_iban(number: str) -> bool:
    """Whether the check digits of a compact IBAN are right."""
    if not _IBAN.fullmatch(number):
        return False
    digits = "".join(str(int(character, 36)) for character in number[4:] + number[:4])
    return int(digits) % 97 == 1


def is_bic(code: str) -> bool:
    return _BIC.fullmatch(code) is not None
