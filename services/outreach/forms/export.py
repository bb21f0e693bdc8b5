"""The submissions of a form as CSV, for a spreadsheet.

A spreadsheet runs a cell that begins like a formula, so such cells get an apostrophe in front.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from services.outreach.forms.design import PERSON, Design
from services.outreach.forms.model import Submission

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_TIMES = ("submitted_at", "confirmed_at", "checked_in_at")
_BASICS = ("id", "state", "place", "form_version", "language", *_TIMES)
_FIGURES = ("score", "nps")


def harmless(cell: str) -> str:
    """``cell`` as a spreadsheet will only show it, never run it."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def csv_of(design: Design, submissions: Iterable[Submission]) -> Iterator[str]:
    """Lines of CSV. A byte order mark makes spreadsheets read it as UTF-8."""
    questions = [field.name for field in design.fields if field.name not in PERSON]
    sides = [side.name for side in design.sides]
    rated = [f"{side}.{what}" for side in sides for what in ("expectation", "experience")]
    yield "\ufeff" + _line([*_BASICS, *PERSON, *questions, *rated, *_FIGURES])
    for one in submissions:
        said = {side["side"]: side for side in one.sides}
        cells: list[object] = [getattr(one, name) for name in (*_BASICS, *PERSON)]
        cells += [one.answers.get(name) for name in questions]
        cells += [said.get(side, {}).get(what) for side in sides for what in ("expectation", "experience")]
        cells += [getattr(one, name) for name in _FIGURES]
        yield _line([harmless(_shown(cell)) for cell in cells])


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return ", ".join(map(str, cell)) if isinstance(cell, list) else str(cell)


def _line(cells: Sequence[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
