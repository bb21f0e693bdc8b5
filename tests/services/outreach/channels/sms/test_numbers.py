"""Phone numbers in the spellings of people, SMS centres and gateways."""

import pytest

from services.outreach.channels.channel import Unsendable
from services.outreach.channels.sms.numbers import e164, same_number, sender_of


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("+8613800138000", "", "+8613800138000"),
        ("138 0013 8000", "CN", "+8613800138000"),
        ("0151 23456789", "DE", "+4915123456789"),
        ("+49 (151) 234-56789", "CN", "+4915123456789"),
    ],
)
def test_a_number_is_brought_into_its_international_form(text: str, region: str, number: str) -> None:
    assert e164(text, region=region) == number


@pytest.mark.parametrize("text", ["", "12", "+0123456789", "+49151234567890123", "not a number", "+"])
def test_what_is_no_number_cannot_be_sent_to(text: str) -> None:
    with pytest.raises(Unsendable, match="bad_address"):
        e164(text, region="DE")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("8613800138000", "+8613800138000"),
        ("+8613800138000", "+8613800138000"),
        ("13800138000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("4915123456789", "+4915123456789"),
        ("Bank", "Bank"),
        ("10086", "10086"),
    ],
)
def test_a_sender_is_found_in_the_spellings_of_sms_centres(text: str, number: str) -> None:
    assert sender_of(text, region="CN") == number


def test_spellings_of_one_number_are_the_same_and_those_of_two_are_not() -> None:
    assert same_number("+8613800138000", "8613800138000")
    assert same_number("+8613800138000", "13800138000")
    assert same_number("+4915123456789", "015123456789")
    assert not same_number("+8613800138000", "+8613800138001")
    assert not same_number("+8613800138000", "8000")
    assert not same_number("", "8613800138000")
