"""Addresses, numbers and names as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lead.customers.reach import (
    Unreachable,
    email_address,
    email_domain,
    match_key,
    phone_number,
    split_name,
    tidy,
)


def test_blanks_and_invisible_characters_around_a_text_go_away() -> None:
    assert tidy("\ufeff\u3000 Ann\u200b\u00a0 Lee\n\x00") == "Ann Lee"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ann@Example.COM", "ann@example.com"),
        (" Ann.Lee+news@example.org\u3000", "Ann.Lee+news@example.org"),
        ("用户@example.com", "用户@example.com"),
        ("ann@münchen.de", "ann@münchen.de"),
        ("ann@crm.test", "ann@crm.test"),
        ("", None),
        (" \u3000", None),
    ],
)
def test_an_address_is_kept_in_its_normal_form(typed: str, kept: str | None) -> None:
    assert email_address(typed) == kept


@pytest.mark.parametrize(
    "typed", ["ann", "ann@", "@example.com", "ann@localhost", "a b@example.com", "ann@example..com", "n/a"]
)
def test_a_broken_address_is_refused_with_a_reason(typed: str) -> None:
    with pytest.raises(Unreachable, match=r"\w+ \w+"):
        email_address(typed)


@given(st.text(max_size=80))
def test_no_text_at_all_breaks_the_reading_of_addresses_and_numbers(text: str) -> None:
    for read in (email_address, lambda typed: phone_number(typed, "CN")):
        try:
            kept = read(text)
        except Unreachable:
            continue
        assert kept is None or read(kept) == kept


@pytest.mark.parametrize(
    ("typed", "region", "kept"),
    [
        ("415-555-0000", "US", "+14155550000"),
        ("138 1234 5678", "CN", "+8613812345678"),
        ("+49 (0)301 5550123", "CN", "+493015550123"),
        ("０２０ ８７５５ １２３４", "CN", "+862087551234"),
        ("", "CN", None),
    ],
)
def test_a_number_is_kept_in_e164(typed: str, region: str, kept: str | None) -> None:
    assert phone_number(typed, region) == kept


@pytest.mark.parametrize("typed", ["1234567890", "call me", "+1", "415-555-00000000000"])
def test_a_broken_number_is_refused_with_a_reason(typed: str) -> None:
    with pytest.raises(Unreachable, match="phone number"):
        phone_number(typed, "US")


@pytest.mark.parametrize(
    ("written", "given_name", "family_name"),
    [
        ("Ann Mary Lee", "Ann Mary", "Lee"),
        ("Lee, Ann", "Ann", "Lee"),
        ("王小明", "小明", "王"),
        ("欧阳娜娜", "娜娜", "欧阳"),
        ("欧阳", "阳", "欧"),
        ("Ann", "Ann", ""),
    ],
)
def test_a_full_name_is_split(written: str, given_name: str, family_name: str) -> None:
    assert split_name(written) == (given_name, family_name)


def test_two_entries_match_by_email_whatever_else_they_say() -> None:
    first = match_key(email="Ann@example.com", phone=None, given_name="Ann", family_name="", company="")
    second = match_key(
        email="ann@example.com", phone="+14155550000", given_name="", family_name="", company="X"
    )
    assert first == second


def test_people_who_share_a_number_stay_apart_by_name() -> None:
    keys = {
        match_key(email=None, phone="+14155550000", given_name=name, family_name="", company="")
        for name in ("Ann", "Bob", "ann")
    }
    assert len(keys) == 2


def test_a_name_alone_tells_nobody_apart() -> None:
    assert match_key(email=None, phone=None, given_name="Ann", family_name="Lee", company="") is None


def test_the_domain_is_what_follows_the_last_at() -> None:
    assert email_domain("ann@example.com") == "example.com"
