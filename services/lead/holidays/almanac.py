"""Which days are public holidays, as the library `holidays` knows them.

It brings the rules of 250 countries, and few processes are ever asked: it is loaded when somebody asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from chassis.errors import Invalid

WORKED = "worked instead of another day"


@dataclass(frozen=True)
class Country:
    """A country that is known, with its parts that have holidays of their own, and the languages of names."""

    code: str
    name: str
    subdivisions: Sequence[str]
    languages: Sequence[str]


@dataclass(frozen=True)
class Whose:
    """The holidays of a country or of a part of it, named in a language; blank is the whole, and its own."""

    country: str
    subdivision: str = ""
    language: str = ""


@dataclass(frozen=True)
class Special:
    """A holiday, or a day of a weekend that is ``worked`` so that a holiday is longer."""

    name: str
    worked: bool = False


def countries() -> list[Country]:
    """All that are known, by code."""
    import holidays
    from holidays.registry import COUNTRIES

    names = {codes[1]: key.replace("_", " ").title() for key, codes in COUNTRIES.items()}
    languages = holidays.list_localized_countries(include_aliases=False)
    parts = holidays.list_supported_countries(include_aliases=False)
    return [Country(code, names[code], parts[code], languages.get(code, ())) for code in sorted(parts)]


def check(whose: Whose) -> None:
    """Raises Invalid for a country, a part of it or a language that is not known, and says which are."""
    known = {one.code: one for one in countries()}
    country = known.get(whose.country)
    if country is None:
        raise Invalid({"country": [f"No holidays of {whose.country} are known."]})
    _check_one_of("subdivision", whose.subdivision, country.subdivisions)
    _check_one_of("language", whose.language, country.languages)


def days_of(whose: Whose, *, year: int) -> Mapping[date, Special]:
    """The days of a year that are not as their weekday.

    Raises Invalid as ``check`` does, and for a year that is not known.
    """
    import holidays

    check(whose)
    country = holidays.country_holidays(whose.country)
    if not country.start_year <= year <= country.end_year:
        told = f"Holidays of {whose.country} are known from {country.start_year} to {country.end_year}."
        raise Invalid({"years": [told]})
    # Left to itself, it takes the language of the machine.
    language = whose.language or country.default_language
    found = holidays.country_holidays(
        whose.country, subdiv=whose.subdivision or None, years=year, language=language
    )
    worked = dict.fromkeys(found.weekend_workdays, Special(WORKED, worked=True))
    every = worked | {day: Special(name) for day, name in found.items()}
    return {day: every[day] for day in sorted(every) if day.year == year}


def _check_one_of(field: str, chosen: str, known: Sequence[str]) -> None:
    if chosen and chosen not in known:
        told = f"Must be one of {', '.join(known)}." if known else "There is none to choose."
        raise Invalid({field: [told]})
