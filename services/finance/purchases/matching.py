"""The arithmetic of purchases: what a line costs, what may arrive, and what an invoice may ask.

The three-way match holds an invoice line against what was ordered (price) and received (quantity). Where the
desk cut the amount, all invoices of the line are held against what it granted. What differs by no more than
the tolerance is accepted.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from services.finance.budgets.ledger import ZERO, Kind
from services.finance.money import decimals_of

_WHOLE = Decimal(100)


@dataclass(frozen=True)
class Tolerance:
    """How far an invoice and a delivery may go beyond the order. Percentages, and an amount per unit."""

    percent: Decimal = ZERO
    amount: Decimal = ZERO
    over_delivery: Decimal = ZERO

    def dearest(self, unit_price: Decimal) -> Decimal:
        """The highest unit price that passes: both limits must hold."""
        return unit_price + min(unit_price * self.percent / _WHOLE, self.amount)

    def most(self, quantity: Decimal) -> Decimal:
        """The largest quantity that may arrive."""
        return quantity * (1 + self.over_delivery / _WHOLE)

    def highest(self, granted: Decimal, quantity: Decimal) -> Decimal:
        """The most that all invoices of a line may add up to."""
        whole = granted * (1 + self.over_delivery / _WHOLE)
        return whole + min(whole * self.percent / _WHOLE, self.amount * self.most(quantity))


@dataclass(frozen=True)
class Standing:
    """Where a purchase line stands. Quantities, but ``unit_price``, ``granted`` and ``incurred``: money.

    ``cut``: less was granted than was asked for.
    """

    description: str
    quantity: Decimal
    unit_price: Decimal
    granted: Decimal
    received: Decimal
    invoiced: Decimal
    incurred: Decimal
    cut: bool = False


def price(quantity: Decimal, unit_price: Decimal, currency: str) -> Decimal:
    """Quantity times price, rounded half up to the currency's decimals."""
    return (quantity * unit_price).quantize(Decimal(1).scaleb(-decimals_of(currency)), ROUND_HALF_UP)


def plain(number: Decimal) -> str:
    """The number without trailing zeros, as people read it."""
    return f"{number.normalize():f}"


def mismatches(
    standing: Standing, *, quantity: Decimal, unit_price: Decimal, amount: Decimal, tolerance: Tolerance
) -> list[str]:
    """What is wrong with an invoice line, a sentence each; nothing where it matches."""
    name, found = standing.description, []
    open_quantity = standing.received - standing.invoiced
    whole = standing.incurred + amount
    if quantity > open_quantity:
        found.append(
            f"{name}: {plain(quantity)} are invoiced, {plain(open_quantity)} are received and not invoiced."
        )
    if unit_price > tolerance.dearest(standing.unit_price):
        found.append(f"{name}: the price is {plain(unit_price)}, ordered at {plain(standing.unit_price)}.")
    if standing.cut and whole > tolerance.highest(standing.granted, standing.quantity):
        found.append(f"{name}: {plain(whole)} in all, {plain(standing.granted)} was granted.")
    return found


def postings(*, committed: Decimal, amount: Decimal, last: bool) -> list[tuple[Kind, Decimal]]:
    """The ledger entries of an accepted invoice line: commit the excess, incur, release what is left over."""
    excess = max(amount - committed, ZERO)
    rest = max(committed - amount, ZERO) if last else ZERO
    entries: list[tuple[Kind, Decimal]] = [("commit", excess), ("incur", amount), ("release", rest)]
    return [(kind, value) for kind, value in entries if value > 0]
