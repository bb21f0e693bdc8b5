"""Which days are holidays, where."""

import subprocess
import sys
from datetime import date

import pytest

from chassis.errors import Invalid
from services.lead.holidays.almanac import WORKED, Special, Whose, countries, days_of


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    corpus_christi = date(2026, 6, 4)
    assert days_of(Whose("DE", "BY"), year=2026)[corpus_christi] == Special("Fronleichnam")
    assert corpus_christi not in days_of(Whose("DE", "BE"), year=2026)
    assert days_of(Whose("DE", "BY", "en_US"), year=2026)[corpus_christi] == Special("Corpus Christi")


def test_days_are_those_of_the_year_in_order_and_weekends_that_are_worked_are_among_them() -> None:
    days = days_of(Whose("CN"), year=2026)
    assert list(days) == sorted(day for day in days if day.year == 2026)
    assert days[date(2026, 2, 14)] == Special(WORKED, worked=True)
    assert not days[date(2026, 2, 20)].worked


def test_every_country_is_listed_with_its_parts_and_languages() -> None:
    known = {one.code: one for one in countries()}
    assert len(known) > 200
    assert known["DE"].name == "Germany"
    assert "BY" in known["DE"].subdivisions and "en_US" in known["DE"].languages


@pytest.mark.parametrize(
    ("whose", "year", "told"),
    [
        (Whose("XX"), 2026, "country: No holidays of XX are known"),
        (Whose("DE", "QQ"), 2026, "subdivision: Must be one of BB, BE,"),
        (Whose("VA", "X"), 2026, "subdivision: There is none to choose"),
        (Whose("DE", "BY", "tlh"), 2026, "language: Must be one of de, en_US"),
        (Whose("DE"), 1950, "years: Holidays of DE are known from 1991 to "),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(whose: Whose, year: int, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        days_of(whose, year=year)


def test_a_service_that_nobody_asks_loads_none_of_it() -> None:
    code = (
        "import sys, services.lead.service; print({'holidays', 'openpyxl', 'xlsxwriter'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
