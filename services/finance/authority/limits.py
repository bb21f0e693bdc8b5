"""What an authority limit allows, as plain arithmetic."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from services.finance.authority.model import Authority
from services.finance.money import in_currency

Converter = Callable[[Decimal, str, str, datetime], Decimal | None]
"""Turns an amount of one currency into another at the rate of a moment: amount, from, to, when.

None where there is no rate.
"""


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
    back where authority is ``needed``. The amount is held against each limit in the limit's own currency;
    without ``convert``, or without a rate, limits in another currency do not count.
    """
    if not authorities and not needed:
        return None
    in_force = [one for one in authorities if one.in_force(at)]
    if not in_force:
        return "No authority limit is in force for this."
    asked = [
        (one, worth)
        for one in in_force
        if (worth := _worth(amount, currency, one.currency, at=at, convert=convert)) is not None
    ]
    if not asked:
        others = ", ".join(sorted({one.currency for one in in_force}))
        return f"The authority limits are in {others}, and do not count for {currency}."
    if any(worth <= one.limit for one, worth in asked):
        return None
    nearest, worth = max(asked, key=lambda pair: pair[0].limit / pair[1])
    limit, shown = in_currency(nearest.limit, nearest.currency), in_currency(worth, nearest.currency)
    return f"The authority limit is {limit} {nearest.currency}, and this is {shown} {nearest.currency}."


def _worth(
    amount: Decimal, currency: str, to: str, *, at: datetime, convert: Converter | None
) -> Decimal | None:
    if currency == to:
        return amount
    return None if convert is None else convert(amount, currency, to, at)
