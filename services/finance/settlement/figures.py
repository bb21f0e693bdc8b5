"""Planned against actual, as plain arithmetic.

A budget is what was planned and what transfers and adjustments changed of it. What came of it was spent on
the campaign directly or allocated to it: actual = direct + allocated, variance = budget - actual, so that a
negative variance is an overspending.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.finance.budgets.ledger import ZERO
from services.finance.money import in_currency

NAMES = ("planned", "budget", "committed", "direct", "allocated", "actual", "variance")


@dataclass(frozen=True)
class Figures:
    """The figures of a line, of a kind of lines, or of all lines, in ``currency``."""

    currency: str
    planned: Decimal = ZERO
    budget: Decimal = ZERO
    committed: Decimal = ZERO
    direct: Decimal = ZERO
    allocated: Decimal = ZERO

    @property
    def actual(self) -> Decimal:
        return self.direct + self.allocated

    @property
    def variance(self) -> Decimal:
        return self.budget - self.actual

    def in_its_currency(self, *names: str) -> dict[str, Decimal]:
        """Figures by name, written with the currency's decimals."""
        return {name: in_currency(getattr(self, name), self.currency) for name in names}


@dataclass(frozen=True, kw_only=True)
class LineFigures(Figures):
    """The figures of a line."""

    line_id: UUID
    name: str
    kind: str | None


@dataclass(frozen=True, kw_only=True)
class KindFigures(Figures):
    """The figures of all lines of a kind; those without one are together."""

    kind: str | None


@dataclass(frozen=True)
class Report:
    """Planned against actual of a budget, by line and by kind."""

    budget_id: UUID
    campaign_id: UUID
    campaign_code: str
    currency: str
    lines: Sequence[LineFigures] = field(default_factory=list)

    @property
    def total(self) -> Figures:
        return Figures(**_sums(self.lines, self.currency))

    @property
    def kinds(self) -> list[KindFigures]:
        """By kind, in the order of the first line of each."""
        return [
            KindFigures(kind=kind, **_sums([one for one in self.lines if one.kind == kind], self.currency))
            for kind in dict.fromkeys(line.kind for line in self.lines)
        ]


def _sums(lines: Iterable[Figures], currency: str) -> dict[str, Any]:
    lines = list(lines)
    names = ("planned", "budget", "committed", "direct", "allocated")
    return {"currency": currency} | {
        name: sum((getattr(line, name) for line in lines), ZERO) for name in names
    }


HEADER = ("row", "name", "kind", *NAMES, "currency")


def table(report: Report) -> list[list[str | Decimal | None]]:
    """The rows of a sheet under ``HEADER``: each line, each kind, and the total."""
    rows: list[list[str | Decimal | None]] = [
        ["line", line.name, line.kind, *line.in_its_currency(*NAMES).values(), report.currency]
        for line in report.lines
    ]
    for one in report.kinds:
        rows.append(["kind", None, one.kind, *one.in_its_currency(*NAMES).values(), report.currency])
    total = report.total.in_its_currency(*NAMES).values()
    return [*rows, ["total", None, None, *total, report.currency]]
