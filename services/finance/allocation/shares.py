"""Dividing an amount by weights so that no cent is lost.

Largest remainder (Hamilton's method): everybody gets his exact share rounded down to whole units of the
currency, and the units that are left go one each to those who lost most by the rounding. So the shares add
up to the amount, each is less than one unit off, and a greater weight never gets less.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from uuid import UUID


class NothingMeasured(ValueError):
    """The weights add up to nothing, so that there is no rule to divide by."""


def divide(amount: Decimal, weights: Mapping[UUID, Decimal], *, decimals: int) -> dict[UUID, Decimal]:
    """The share of each key of ``weights``, with as many ``decimals`` as the currency has.

    ``amount`` has no more decimals than that, and no weight is negative. Of equal losses the smaller id is
    served first, so that the result does not depend on the order. Raises NothingMeasured where the weights
    add up to zero: equal shares are asked for by equal weights, and are never guessed.
    """
    total = sum(map(Fraction, weights.values()), Fraction())
    if total == 0:
        raise NothingMeasured
    units = int(amount.scaleb(decimals))
    exact = {key: units * Fraction(weight) / total for key, weight in weights.items()}
    shares = {key: int(share) for key, share in exact.items()}
    left = units - sum(shares.values())
    for key in sorted(exact, key=lambda key: (shares[key] - exact[key], key))[:left]:
        shares[key] += 1
    return {key: Decimal(share).scaleb(-decimals) for key, share in shares.items()}
