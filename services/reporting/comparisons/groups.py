"""How campaigns fall into groups. Pure."""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

By = Literal["campaign", "region", "kind", "department", "spend", "period"]
Length = Literal["month", "quarter", "year"]

BANDS = (Decimal(1000), Decimal(10_000), Decimal(100_000))
"""Where bands of spend end where nobody says otherwise, in the currency of each campaign."""

UNKNOWN = ""
"""The group of what has no such attribute."""


def period_of(day: date | None, length: Length) -> str:
    """The calendar period that a day is in: 2026-11, 2026-Q4 or 2026."""
    if day is None:
        return UNKNOWN
    if length == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return day.isoformat()[: 7 if length == "month" else 4]


def days_of(day: date, length: Length) -> tuple[date, date]:
    """The first and the last day of the period that a day is in."""
    months = {"month": 1, "quarter": 3, "year": 12}[length]
    first = (day.month - 1) // months * months + 1
    last = first + months - 1
    return day.replace(month=first, day=1), day.replace(month=last, day=monthrange(day.year, last)[1])


def band_of(spend: Decimal | None, bounds: Sequence[Decimal]) -> str:
    """The band that a spend is in, each with its lower bound: 1000 – 10000. None is in no band."""
    if spend is None:
        return UNKNOWN
    return bands(bounds)[bisect_right(bounds, spend)]


def bands(bounds: Sequence[Decimal]) -> list[str]:
    """All bands, the lowest first."""
    edges = [f"{bound.normalize():f}" for bound in bounds]
    inner = [f"{low} – {high}" for low, high in zip(edges, edges[1:], strict=False)]
    return [f"< {edges[0]}", *inner, f"≥ {edges[-1]}"]
