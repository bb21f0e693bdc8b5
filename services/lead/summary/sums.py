"""Sums of leads: by what they have in common, in each state, with their value and how many were won over."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from services.lead.leads.model import NO_CURRENCY
from services.lead.leads.states import OPEN, STATES, State

_FOUR = Decimal("0.0001")


@dataclass
class Amount:
    """A sum in one currency."""

    amount: Decimal
    currency: str


@dataclass
class Line:
    """The leads that have ``key`` in common. ``conversion`` is converted ÷ all of them."""

    key: str
    leads: int = 0
    states: dict[str, int] = field(default_factory=lambda: {state.value: 0 for state in STATES})
    amounts: dict[str, Decimal] = field(default_factory=dict)

    def add(self, *, state: str, currency: str | None, count: int, value: Decimal | None) -> None:
        """Count some more."""
        self.leads += count
        self.states[state] += count
        if currency not in (None, NO_CURRENCY) and value is not None:
            assert currency is not None
            self.amounts[currency] = self.amounts.get(currency, Decimal()) + value

    @property
    def open(self) -> int:
        return sum(self.states[state] for state in OPEN)

    @property
    def converted(self) -> int:
        return self.states[State.CONVERTED]

    @property
    def conversion(self) -> Decimal:
        return (Decimal(self.converted) / self.leads).quantize(_FOUR) if self.leads else Decimal()

    @property
    def values(self) -> list[Amount]:
        return [Amount(amount, currency) for currency, amount in sorted(self.amounts.items())]


@dataclass(frozen=True)
class Summary:
    """The largest lines, how many there are, and the sum of all of them."""

    lines: list[Line]
    lines_in_all: int
    total: Line


def summed(rows: Iterable[Any], *, most: int | None = None, ordered: bool = False) -> Summary:
    """From rows of key, state, currency, count and value. The largest first, or ``ordered`` by key."""
    lines: dict[str, Line] = {}
    total = Line("")
    for key, state, currency, count, value in rows:
        line = lines.setdefault(key or "", Line(key or ""))
        for one in (line, total):
            one.add(state=state, currency=currency, count=count, value=value)
    by_size = sorted(lines.values(), key=lambda one: one.key if ordered else (-one.leads, one.key))
    return Summary(by_size[:most], len(by_size), total)
