"""What the shares of a pool come to in the currencies of the budgets that bear them.

All is converted by the rate of the last day of the pool's period. The shares of one currency are converted
together and what comes out is split among them, so that they add up to the cent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.errors import Conflict
from services.finance.allocation.drivers import Candidate
from services.finance.allocation.model import CostPool
from services.finance.budgets.ledger import ZERO
from services.finance.rates.queries import rate_on
from services.finance.rounding import round_to, split


@dataclass(frozen=True)
class Exchange:
    """One unit of the pool's currency is ``rate`` units of the budget's, and one of those ``back`` units."""

    rate: Decimal
    rate_on: date
    back: Decimal


def exchanges(session: Session, pool: CostPool, bearing: Sequence[Candidate]) -> dict[str, Exchange]:
    """The rates by the currencies of budgets that are in another one than the pool.

    Raises Conflict, naming the budgets for which there is none.
    """
    day = min(pool.ends_on, now().date())
    found: dict[str, Exchange] = {}
    for currency in sorted({one.currency for one in bearing} - {pool.currency}):
        there = rate_on(session, currency=pool.currency, to=currency, on=day)
        back = rate_on(session, currency=currency, to=pool.currency, on=day)
        if there is not None and back is not None:
            found[currency] = Exchange(there[0], there[1], back[0])
    known = {pool.currency, *found}
    foreign = [f"{one.code} ({one.currency})" for one in bearing if one.currency not in known]
    if foreign:
        raise Conflict(
            f"The pool is in {pool.currency}, and there is no rate of {day} for: {', '.join(foreign)}."
        )
    return found


def costs(
    amounts: Mapping[UUID, Decimal], currencies: Mapping[UUID, str], rates: Mapping[str, Decimal]
) -> dict[UUID, Decimal]:
    """What each share comes to for its budget. Those whose currency has no rate are in the pool's own."""
    found = dict(amounts)
    for currency, rate in rates.items():
        places = [key for key in amounts if currencies[key] == currency and amounts[key]]
        if not places:
            continue
        whole = round_to(sum((amounts[key] for key in places), ZERO) * rate, currency)
        parts = split(whole, [amounts[key] for key in places], currency=currency)
        found.update(zip(places, parts, strict=True))
    return found
