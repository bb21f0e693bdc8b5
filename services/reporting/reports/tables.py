"""A report as tables, whatever shows them: a page, a spreadsheet, or JSON.

Names of tables and columns are keys: of the catalogue that pages take their words from, and of the columns
in files and JSON.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

Cell = str | int | Decimal | date | None

Unit = Literal["text", "word", "count", "number", "ratio", "money", "rank"]
"""A ``word`` is a code that the catalogue has a word for; ``money`` is in the currency of its row."""

COUNTED = frozenset({"count", "number", "ratio", "money", "rank"})
"""The units of numbers."""


@dataclass(frozen=True)
class Column:
    """A column; ``kind`` names the list that the codes of a column of words belong to."""

    name: str
    unit: Unit = "count"
    kind: str = ""

    @property
    def counted(self) -> bool:
        return self.unit in COUNTED


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of cells, one for each of ``columns``. The first column says what a row is about.

    ``drawn`` names columns that a chart shows; ``links`` leads from a row to the page of its campaign, where
    it has one, ``parts`` to the comparison of the campaigns that it is made of: what to ask for, or nothing.
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    drawn: tuple[str, ...] = ()
    links: Sequence[str] = ()
    parts: Sequence[Mapping[str, str]] = ()

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    def column(self, name: str) -> list[Cell]:
        """The cells of one column. Raises ValueError for one that is not there."""
        place = self.header.index(name)
        return [row[place] for row in self.rows]

    def as_data(self) -> dict[str, Any]:
        """The table as plain data: each row by the names of its columns."""
        columns = [{"name": column.name, "unit": column.unit} for column in self.columns]
        rows = [dict(zip(self.header, row, strict=True)) for row in self.rows]
        return {"name": self.name, "columns": columns, "rows": rows}


@dataclass(frozen=True, kw_only=True)
class Report:
    """Some tables, with notes on how to read them, which are keys of the catalogue."""

    tables: Sequence[Table]
    notes: Sequence[str] = ()

    def table(self, name: str) -> Table | None:
        """The table of that name."""
        return next((table for table in self.tables if table.name == name), None)
