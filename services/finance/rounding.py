"""Splitting an amount of money so that the parts add up to it, to the last cent.

Each part is rounded down in the currency's decimals; what is left over goes, a smallest unit each, to the
parts that lost most by that (largest remainder, Hamilton's method). Of two that lost the same, the earlier
one gets it.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

from services.finance.money import decimals_of

PRECISION = 50


def split(amount: Decimal, weights: Sequence[Decimal | int], *, currency: str) -> list[Decimal]:
    """``amount`` in parts that stand to each other as ``weights`` do, as near as the currency allows.

    A negative amount is split like its opposite. Raises ValueError for an amount with more decimals than the
    currency has, for a weight below zero, and where no weight is above it.
    """
    shares = [Fraction(weight) for weight in weights]
    whole = sum(shares, Fraction(0))
    if not whole or min(shares) < 0:
        raise ValueError("weights are not negative, and one of them is more than nothing")
    decimals = decimals_of(currency)
    units = Fraction(abs(amount)) * 10**decimals
    if units.denominator != 1:
        raise ValueError(f"{currency} has {decimals} decimals")
    exact = [units * share / whole for share in shares]
    parts = [int(part) for part in exact]
    left = int(units) - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[:left]:
        parts[place] += 1
    sign = -1 if amount < 0 else 1
    return [Decimal(sign * part).scaleb(-decimals) for part in parts]


def round_to(amount: Decimal, currency: str) -> Decimal:
    """``amount`` in the currency's decimals, halves to the even neighbour."""
    with localcontext(prec=PRECISION):
        return amount.quantize(Decimal(1).scaleb(-decimals_of(currency)), ROUND_HALF_EVEN)


def significant(number: Decimal, digits: int) -> Decimal:
    """``number`` with at most ``digits`` significant digits, halves to the even neighbour."""
    with localcontext(prec=digits, rounding=ROUND_HALF_EVEN):
        return +number
