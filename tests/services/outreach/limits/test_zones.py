"""Which clock hangs on a contact's wall."""

from importlib import resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from services.outreach.limits.zones import region_code, zone_of, zone_rows


def zone(country: str = "", region: str = "", time_zone: str = "") -> str:
    return zone_of(time_zone=time_zone, country=country, region=region, default="Etc/UTC").key


def test_the_zone_of_the_contact_itself_comes_first() -> None:
    assert zone("US", "FL", "Asia/Tokyo") == "Asia/Tokyo"


@pytest.mark.parametrize("region", ["HI", "US-HI", "hawaii", " Hawaii "])
def test_a_region_is_known_by_its_code_and_its_name(region: str) -> None:
    assert zone("US", region) == "Pacific/Honolulu"


def test_a_country_stands_in_for_a_region_that_nobody_knows() -> None:
    assert (zone("US", "north"), zone("RU"), zone("FR", "Bretagne")) == (
        "America/New_York",
        "Europe/Moscow",
        "Europe/Paris",
    )


def test_without_a_country_the_setting_holds() -> None:
    assert zone(region="FL") == "Etc/UTC"


@pytest.mark.parametrize("name", ["Mars/Base", "../etc/passwd", "/etc/passwd", "Europe", "\0"])
def test_a_zone_that_does_not_exist_is_passed_over(name: str) -> None:
    assert zone("FR", time_zone=name) == "Europe/Paris"


def test_every_country_has_a_zone_that_exists() -> None:
    lines = resources.files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text().splitlines()
    countries = [line.split("\t")[0] for line in lines if line and not line.startswith("#")]
    assert len(countries) > 240
    without = [country for country in countries if zone(country) == "Etc/UTC"]
    assert set(without) <= {"BV", "HM"}


def test_every_zone_of_the_table_is_one_of_its_country() -> None:
    text = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text()
    known = {tuple(line.split("\t")[:3:2]) for line in text.splitlines() if not line.startswith("#")}
    strays = [row for row in zone_rows() if (row.country, row.zone) not in known]
    assert strays == []
    assert all(ZoneInfo(row.zone) for row in zone_rows())


def test_an_unknown_region_stays_as_it_is() -> None:
    assert region_code("US", "Elsewhere") == "ELSEWHERE"


def test_a_default_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        zone_of(time_zone="", country="", region="", default="Nowhere/Land")
