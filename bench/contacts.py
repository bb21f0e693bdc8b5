"""Invented contacts, told apart by their number: as a file, and as the rows of a department that has them."""

import csv
from collections.abc import Iterable
from math import prod
from pathlib import Path

GIVEN = ("Ann", "Bert", "Carla", "David", "Elif", "Farid", "Greta", "Hugo", "Ines", "Jan", "Kim", "Lars")
FIRMS = ("Acme", "Borealis", "Corvus", "Delta", "Eridan", "Fortuna", "Gemini", "Helios", "Icarus", "Juno")
KINDS = ("Trading", "Logistics", "Foods", "Motors", "Textiles", "Optics", "Paper", "Systems", "Labs")
LEGAL = ("Ltd", "GmbH", "Inc", "SA")
HEADER = ("First name", "Last name", "Company", "Email", "Mobile", "State", "Newsletter")
REGIONS = ("north", "south", "east", "west")
_SOUNDS = (
    *("bcdfghjklmnprstvwz", "aeiou", "bcdfglmnrstvz", "aeiou", "bdfgklmnprst"),
    *("aeiou", "bdgklmnrstz", "aeiouy", "klmnrst"),
)
_WORDS = prod(map(len, _SOUNDS))
_STRIDE = 97_654_321
"""Has no divisor in common with the number of words: the first 162 million numbers give other words."""


def row_of(number: int) -> list[str]:
    """The cells of one contact. Every number gives another address, another phone and another name."""
    given, family = GIVEN[number % 12], _word(number)
    firm = f"{_word(number // 40)} {KINDS[number // 10 % 9]}"
    email = f"{given}.{family}@{FIRMS[number // 3 % 10]}{number % 97}.example".lower()
    phone = f"+8613{number % 10**9:09d}" if number % 4 else ""
    newsletter = "yes" if number % 3 == 0 else ""
    return [given, family, f"{firm} {LEGAL[number % 4]}", email, phone, REGIONS[number % 4], newsletter]


def write_file(
    path: Path, numbers: Iterable[int], *, region: str = "", extra: Iterable[list[str]] = ()
) -> None:
    """A CSV file of the contacts with ``numbers`` in this order, and then of ``extra`` rows.

    All are of one ``region`` where it is given.
    """
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(HEADER)
        for row in map(row_of, numbers):
            writer.writerow([*row[:5], region or row[5], row[6]])
        writer.writerows(extra)


def _word(number: int) -> str:
    """A word for a number, so that those of neighbours have little in common, as names have."""
    rest, letters = (number + 1) * _STRIDE % _WORDS, []
    for alphabet in _SOUNDS:
        rest, place = divmod(rest, len(alphabet))
        letters.append(alphabet[place])
    return "".join(letters).title()
