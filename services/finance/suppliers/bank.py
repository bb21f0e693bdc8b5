"""Whether bank details can be right: IBAN by ISO 13616 (check digits by ISO 7064 mod 97), BIC by ISO 9362."""

import re

from chassis.errors import Invalid

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")


def checked_iban(text: str) -> str:
    """The IBAN in capitals without spaces; empty stays empty. Raises Invalid naming ``iban``."""
    iban = "".join(text.split()).upper()
    if iban and not (_IBAN.fullmatch(iban) and _remainder(iban) == 1):
        raise Invalid({"iban": ["This is no IBAN: its check digits do not fit."]})
    return iban


def checked_bic(text: str) -> str:
    """The BIC in capitals; empty stays empty. Raises Invalid naming ``bic``."""
    bic = "".join(text.split()).upper()
    if bic and not _BIC.fullmatch(bic):
        raise Invalid({"bic": ["A BIC has 8 or 11 letters and digits."]})
    return bic


def _remainder(iban: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97
