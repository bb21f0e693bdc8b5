"""Arithmetic that reports share. Pure."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from services.reporting.evaluation.formulas import PLACES, ratio

Number = int | Decimal


def share(numerator: Number | None, denominator: Number | None) -> Decimal | None:
    """The quotient with four places; None where a part is unknown or the denominator is zero."""
    quotient = ratio(numerator, denominator)
    return None if quotient is None else quotient.quantize(PLACES, ROUND_HALF_UP)


def ranks(values: Sequence[Number | None], *, lowest_first: bool = False) -> list[int | None]:
    """The rank of each value, 1 for the best; equal ones share theirs, and what has no value has none."""
    known = sorted((value for value in values if value is not None), reverse=not lowest_first)
    return [None if value is None else known.index(value) + 1 for value in values]
