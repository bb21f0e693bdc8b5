"""The arithmetic of a budget line: what each kind of entry does to its figures.

A line has a budget, an amount committed (promised to somebody) and an amount incurred (spent).
Available is what remains: budget - committed - incurred. The kind of an entry says which figures it
moves. Amounts are positive, but where a transfer or an adjustment takes from the line, or an allocation is
reversed, or a credit note takes cost back. The sum of all entries of a line is its balance.

What happens when more is taken than is available, the line itself says: ``stop`` refuses it, ``warn`` lets it
pass and tells, ``ignore`` lets it pass. Nothing else may fall below zero, whatever the line says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

Kind = Literal["budget", "commit", "release", "incur", "reserve", "transfer", "adjust", "allocate"]

OnBreach = Literal["stop", "warn", "ignore"]

KINDS: tuple[Kind, ...] = get_args(Kind)
POLICIES: tuple[OnBreach, ...] = get_args(OnBreach)

SIGNED: frozenset[Kind] = frozenset({"transfer", "adjust", "allocate", "incur"})
"""Kinds whose entries may carry a negative amount."""

ZERO = Decimal(0)


class Overdrawn(ValueError):
    """The entry would take more than is available, or settle more than was committed."""


@dataclass(frozen=True)
class Balance:
    """The figures of a line, or the change that an entry makes to them."""

    budget: Decimal = ZERO
    committed: Decimal = ZERO
    incurred: Decimal = ZERO

    @property
    def available(self) -> Decimal:
        return self.budget - self.committed - self.incurred

    def holds(self, on_breach: OnBreach = "stop") -> bool:
        """Whether a line may stand like this: nothing below zero, but what is available where it may."""
        least = min(self.budget, self.committed, self.incurred)
        return least >= 0 and (on_breach != "stop" or self.available >= 0)

    def __add__(self, other: "Balance") -> "Balance":
        return Balance(
            self.budget + other.budget, self.committed + other.committed, self.incurred + other.incurred
        )

    def after(self, kind: Kind, amount: Decimal, *, on_breach: OnBreach = "stop") -> "Balance":
        """The balance once an entry is posted. Raises Overdrawn when the line may not stand like that."""
        balance = self + effect(kind, amount)
        if not balance.holds(on_breach):
            raise Overdrawn(f"{kind} {amount} against {self}")
        return balance


def effect(kind: Kind, amount: Decimal) -> Balance:
    """What an entry adds to each figure.

    ``reserve`` sets aside for ourselves what ``commit`` promises to others; ``incur`` spends either.
    ``allocate`` spends without a promise: the line's share of costs that arose elsewhere.
    """
    match kind:
        case "budget" | "transfer" | "adjust":
            return Balance(budget=amount)
        case "commit" | "reserve":
            return Balance(committed=amount)
        case "release":
            return Balance(committed=-amount)
        case "incur":
            return Balance(committed=-amount, incurred=amount)
        case "allocate":
            return Balance(incurred=amount)


def total(entries: Iterable[tuple[Kind, Decimal]]) -> Balance:
    """The balance that ``entries`` (kind, amount) add up to."""
    return sum((effect(kind, amount) for kind, amount in entries), Balance())
