"""Reading rates from CSV: our own layout (base, quote, date, rate) and the two of the European Central Bank.

The bank's history has a column for each currency and a row for each day, its daily file one row with the day
in words; all its rates say what one euro is, and N/A where there is none.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

from chassis.errors import Invalid
from services.finance.money import currencies

MOST_RATES = 50_000
MOST_REASONS = 20
LARGEST = Decimal(10) ** 12
MOST_DECIMALS = 18
OURS = ("base", "quote", "date", "rate")
EURO = "EUR"
DAY_LAYOUTS = ("%Y-%m-%d", "%d %B %Y")
NONE = frozenset({"", "N/A"})


@dataclass(frozen=True)
class DatedRate:
    """One unit of ``base`` is ``rate`` units of ``quote`` on ``day``."""

    base: str
    quote: str
    day: date
    rate: Decimal


def read_rates(file: BinaryIO) -> list[DatedRate]:
    """Every rate of a file, each pair and day once: the last row counts.

    Raises Invalid, naming row and column of what cannot be read, or when there is nothing or too much.
    """
    try:
        text = file.read().decode("utf-8-sig")
        rows = list(csv.reader(text.splitlines(), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid({"file": ["Must be CSV in UTF-8."]}) from error
    if not rows:
        raise Invalid({"file": ["Is empty."]})
    header = [name.strip() for name in rows[0]]
    reasons: dict[str, list[str]] = {}
    found: dict[tuple[str, str, date], DatedRate] = {}
    for number, row in enumerate(rows[1:], start=2):
        for one in _rates_of(header, row, number, reasons):
            found[one.base, one.quote, one.day] = one
        if len(reasons) >= MOST_REASONS or len(found) > MOST_RATES:
            break
    if reasons:
        raise Invalid(reasons)
    if not found:
        raise Invalid({"file": ["Has no rates."]})
    if len(found) > MOST_RATES:
        raise Invalid({"file": [f"Has more than {MOST_RATES} rates; send it in parts."]})
    return list(found.values())


def check_rate(base: str, quote: str, rate: Decimal) -> dict[str, list[str]]:
    """What is wrong with a rate, by field; nothing where it may be kept."""
    wrong: dict[str, list[str]] = {}
    for field, code in (("base", base), ("quote", quote)):
        if code not in currencies():
            wrong[field] = [f"{code} is not a known currency."]
    if base == quote:
        wrong["quote"] = ["Must be another currency."]
    exponent = rate.as_tuple().exponent
    if not isinstance(exponent, int) or not 0 < rate <= LARGEST or exponent < -MOST_DECIMALS:
        wrong["rate"] = ["Must be a number greater than zero."]
    return wrong


def _rates_of(
    header: list[str], row: list[str], number: int, reasons: dict[str, list[str]]
) -> Iterator[DatedRate]:
    cells = {name: cell.strip() for name, cell in zip(header, row, strict=False) if name}
    if not any(cells.values()):
        return
    if set(OURS) <= cells.keys():
        pairs = [(cells["base"], cells["quote"], cells["rate"], "rate")]
        day = _day(cells["date"])
    elif header[0] == "Date" and cells.keys() >= {"Date"}:
        pairs = _of_the_bank(cells)
        day = _day(cells["Date"])
    else:
        reasons["file"] = [f"The first row must name {', '.join(OURS)}, or be that of the ECB."]
        return
    if day is None:
        reasons[f"rows.{number}.date"] = ["Must be a day such as 2026-11-27."]
        return
    for base, quote, text, column in pairs:
        rate = _number(text)
        wrong = check_rate(base, quote, rate)
        for field, why in wrong.items():
            reasons[f"rows.{number}.{column if field == 'rate' else field}"] = why
        if not wrong:
            yield DatedRate(base, quote, day, rate)


def _of_the_bank(cells: Mapping[str, str]) -> list[tuple[str, str, str, str]]:
    return [(EURO, name, cell, name) for name, cell in cells.items() if name != "Date" and cell not in NONE]


def _day(text: str) -> date | None:
    for layout in DAY_LAYOUTS:
        try:
            return datetime.strptime(text, layout).date()
        except ValueError:
            continue
    return None


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")
