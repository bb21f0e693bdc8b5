"""Deliveries as a file for a spreadsheet. A cell that would run as a formula gets an apostrophe in front."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

COLUMNS = (
    "id",
    "target_id",
    "contact_id",
    "given_name",
    "family_name",
    "company",
    "email",
    "phone",
    "state",
    "reason",
    "answer",
    "attempts",
    "ended_at",
    "feedback",
    "feedback_reason",
    "feedback_at",
)


def harmless(value: object) -> str:
    """A value as a spreadsheet will only show it, never run it."""
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def lines(rows: Iterable[Row[Any]]) -> Iterator[str]:
    """Lines of CSV. A byte order mark makes spreadsheets read it as UTF-8."""
    yield "\ufeff" + _line(COLUMNS)
    for row in rows:
        yield _line([harmless(getattr(row, name)) for name in COLUMNS])


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
