"""The arithmetic of advances: what is still open of one, and which of them a claim is set off against."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.finance.budgets.ledger import ZERO


@dataclass(frozen=True)
class Figures:
    """What was paid out in advance, what of it claims have used up, and what came back."""

    paid: Decimal
    used: Decimal = ZERO
    repaid: Decimal = ZERO

    @property
    def open(self) -> Decimal:
        return self.paid - self.used - self.repaid

    def after(self, *, used: Decimal = ZERO, repaid: Decimal = ZERO) -> "Figures":
        """The figures once more is settled. Raises ValueError for more than is open, or less than zero."""
        if min(used, repaid) < 0 or used + repaid > self.open:
            raise ValueError(f"{used} used and {repaid} repaid of {self.open}")
        return Figures(self.paid, self.used + used, self.repaid + repaid)


def shared_out(due: Decimal, open_amounts: Sequence[Decimal]) -> list[Decimal]:
    """How much of ``due`` each open amount bears: the first as much as it can, then the next."""
    parts = []
    for amount in open_amounts:
        part = min(due, amount)
        due -= part
        parts.append(part)
    return parts
