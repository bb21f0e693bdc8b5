"""How a cell of a table reads, and which rows a chart draws. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from services.reporting.pages.charts import Chart, Number, bar_chart
from services.reporting.pages.words import Words
from services.reporting.reports.tables import Cell, Column, Table

TOTAL = "total"
MOST_BARS = 20
MOST_ROWS = 200
"""Rows of a table that a page shows; files hold all of them."""


def shown(value: int | Decimal | None, unit: str | None, *, none: str = "n/a") -> str:
    """A value as people read it: counts and money with separators, ratios in percent."""
    if value is None:
        return none
    if unit == "ratio":
        return f"{value * 100:,.2f} %"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f} {unit or ''}".strip()


def cell(value: Cell, column: Column, words: Words) -> str:
    """A cell as people read it in a language."""
    if column.counted:
        number = value if isinstance(value, int | Decimal) else None
        return shown(number, "ratio" if column.unit == "ratio" else "", none=words("ui.no_value"))
    text = "" if value is None else str(value)
    return words.coded(column.kind, text) if column.unit == "word" else text or words("ui.unknown")


def chart_of(table: Table, words: Words) -> Chart:
    """The columns that a table wants drawn, for its first rows, without those that only sum up."""
    rows = [row for row in table.rows if row[0] != TOTAL][:MOST_BARS]
    places = [table.header.index(name) for name in table.drawn]
    bars = []
    for row in rows:
        values = {table.header[place]: _length(row[place]) for place in places}
        bars.append((_label(row, table.columns, words), values))
    return bar_chart(words(f"table.{table.name}"), bars)


def _label(row: Sequence[Cell], columns: Sequence[Column], words: Words) -> str:
    return cell(row[0], columns[0], words)


def _length(value: Cell) -> Number:
    return max(value, Decimal()) if isinstance(value, int | Decimal) else 0
