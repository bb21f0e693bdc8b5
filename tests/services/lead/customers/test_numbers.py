"""The quick way to a phone number agrees with the library wherever it gives an answer."""

import phonenumbers
from hypothesis import given
from hypothesis import strategies as st

from services.lead.customers.numbers import plain_number

REGIONS = ("CN", "DE", "FR", "US", "GB", "IT", "JP", "RU", "BR", "IN")
DIGITS = st.text("0123456789", min_size=6, max_size=13)


def by_the_library(written: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def test_examples_of_every_country_are_read_alike() -> None:
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
            for written in (e164, str(example.national_number)):
                read = plain_number(written, region)
                assert read in (None, by_the_library(written, region)), (region, written)


@given(DIGITS, st.sampled_from(REGIONS), st.sampled_from(["", "+", "+86", "+49", "+39", "+81"]))
def test_any_digits_are_read_alike(digits: str, region: str, begun: str) -> None:
    assert plain_number(begun + digits, region) in (None, by_the_library(begun + digits, region))


def test_the_usual_numbers_take_the_quick_way() -> None:
    assert plain_number("+86 138 1234-5678", "US") == "+8613812345678"
    assert plain_number("13812345678", "CN") == "+8613812345678"
    assert plain_number("0301 5550123", "DE") is None
    assert plain_number("+0812000000000", "CN") is None
