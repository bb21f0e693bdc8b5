"""Phone numbers as channels and people write them."""

import re

import phonenumbers

from services.outreach.channels.channel import Unsendable

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_TELLING = 8
"""So many last digits tell two numbers apart, however much of the codes before them is written."""


def e164(text: str, *, region: str) -> str:
    """A number in E.164 form. Raises Unsendable with bad_address.

    ``region`` is the ISO 3166 country whose plan reads a number without a country code. What already
    has the form is taken as it is: lead has checked it.
    """
    if _E164.fullmatch(text):
        return text
    found = _read(text, region)
    if found is None:
        raise Unsendable("bad_address")
    return found


def sender_of(text: str, *, region: str) -> str:
    """Who sent a message, in E.164 form; as it came where it is no phone number.

    SMS centres leave the plus out, and some write numbers of their own country without its code.
    """
    digits = text.removeprefix("00").lstrip("+")
    return _read(f"+{digits}", region) or _read(text, region) or text


def same_number(one: str, other: str) -> bool:
    """Whether two spellings mean the same number."""
    digits, others = one.lstrip("+0"), other.lstrip("+0")
    if digits == others:
        return True
    enough = len(digits) >= _TELLING and len(others) >= _TELLING
    return enough and (digits.endswith(others) or others.endswith(digits))


def _read(text: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
