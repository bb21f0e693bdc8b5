"""What an authority limit allows, as plain arithmetic."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from services.finance.authority.model import Authority
from services.finance.money import in_currency

Converter = Callable[[Decimal, str, str, datetime], Decimal]
"""Turns an amount of one currency into another at the rate of a moment: amount, from, to, when."""


def obstacle(
    authorities: Sequence[Authority],
    *,
    amount: Decimal,
    currency: str,
    at: datetime,
    needed: bool,
    convert: Converter | None = None,
) -> str | None:
    """Why these authorities of one person do not cover ``amount``; None when they do.

    ``authorities`` are all that he ever had for the kind and department. With none at all he is only held
    back where authority is ``needed``. Without ``convert``, limits in another currency do not count.
    """
    if not authorities and not needed:
        return None
    in_force = [one for one in authorities if one.in_force(at)]
    if not in_force:
        return "No authority limit is in force for this."
    limits = [
        convert(one.limit, one.currency, currency, at) if convert and one.currency != currency else one.limit
        for one in in_force
        if convert or one.currency == currency
    ]
    if not limits:
        others = ", ".join(sorted({one.currency for one in in_force}))
        return f"The authority limits are in {others}, and do not count for {currency}."
    if amount > max(limits):
        limit, asked = in_currency(max(limits), currency), in_currency(amount, currency)
        return f"The authority limit is {limit} {currency}, and this is {asked} {currency}."
    return None
