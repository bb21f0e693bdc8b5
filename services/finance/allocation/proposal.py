"""Who would bear how much of a pool, were it allocated now. Nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.errors import Conflict
from contracts.finance.pools import Driver
from services.finance.allocation import queries
from services.finance.allocation.drivers import Candidate, Period, measure
from services.finance.allocation.exchange import Exchange, costs, exchanges
from services.finance.allocation.model import CostPool
from services.finance.allocation.shares import NothingMeasured, divide
from services.finance.money import decimals_of
from services.finance.rounding import round_to

FRACTION = Decimal("0.000001")


@dataclass(frozen=True)
class Share:
    """What a campaign would bear. ``share`` is its part of the driver's total, from 0 to 1.

    ``cost`` is what its budget is charged; in another currency than the pool's it was converted.
    """

    campaign_id: UUID
    budget_id: UUID
    campaign_code: str
    name: str
    value: Decimal
    share: Decimal
    amount: Decimal
    currency: str
    cost: Decimal
    cost_currency: str
    exchange_rate: Decimal | None = None
    exchange_rate_on: date | None = None


@dataclass(frozen=True)
class LeftOut:
    """A campaign that ran in the period and bears nothing."""

    campaign_id: UUID
    campaign_code: str
    reason: Literal["settled"]


@dataclass(frozen=True)
class Proposal:
    """The shares, by code and id of the campaign; they add up to the pool's total."""

    pool_id: UUID
    driver: Driver
    currency: str
    total: Decimal
    measured: Decimal
    shares: Sequence[Share]
    left_out: Sequence[LeftOut]


def propose(session: Session, pool: CostPool) -> Proposal:
    """Measure and divide. Raises Conflict where that is not possible, and says why."""
    found = queries.candidates(session, pool)
    bearing = [one for one in found if not one.is_settled]
    _require_bearable(pool, found, bearing)
    rates = exchanges(session, pool, bearing)
    values = _measured(session, pool, bearing, rates)
    try:
        amounts = divide(pool.total, values, decimals=decimals_of(pool.currency))
    except NothingMeasured as error:
        raise Conflict(f"There is no {_words(pool.driver)} in the period to allocate by.") from error
    measured = sum(values.values(), Decimal(0))
    shares = [
        _share(pool, one, value=values[one.campaign_id], measured=measured, amount=amounts[one.campaign_id])
        for one in bearing
    ]
    return Proposal(
        pool_id=pool.id,
        driver=pool.driver,
        currency=pool.currency,
        total=pool.total,
        measured=measured,
        shares=_charged(shares, rates),
        left_out=[LeftOut(one.campaign_id, one.code, "settled") for one in found if one.is_settled],
    )


def _share(
    pool: CostPool, candidate: Candidate, *, value: Decimal, measured: Decimal, amount: Decimal
) -> Share:
    return Share(
        campaign_id=candidate.campaign_id,
        budget_id=candidate.budget_id,
        campaign_code=candidate.code,
        name=candidate.name,
        value=value,
        share=(value / measured).quantize(FRACTION),
        amount=amount,
        currency=pool.currency,
        cost=amount,
        cost_currency=candidate.currency,
    )


def _charged(shares: Sequence[Share], exchanges: Mapping[str, Exchange]) -> list[Share]:
    """The shares with what they come to for budgets in other currencies."""
    borne = costs(
        {one.campaign_id: one.amount for one in shares},
        {one.campaign_id: one.cost_currency for one in shares},
        {currency: exchange.rate for currency, exchange in exchanges.items()},
    )
    return [
        _exchanged(one, cost=borne[one.campaign_id], exchange=exchanges.get(one.cost_currency))
        for one in shares
    ]


def _exchanged(share: Share, *, cost: Decimal, exchange: Exchange | None) -> Share:
    if exchange is None:
        return share
    return replace(share, cost=cost, exchange_rate=exchange.rate, exchange_rate_on=exchange.rate_on)


def _require_bearable(pool: CostPool, found: Sequence[Candidate], bearing: Sequence[Candidate]) -> None:
    settled = [one.code for one in found if one.is_settled]
    if pool.chosen is not None and settled:
        raise Conflict(f"Settled budgets take no allocation: {', '.join(settled)}.")
    if not bearing:
        raise Conflict(f"No campaign of {pool.department} with an open budget ran in the period.")


def _measured(
    session: Session, pool: CostPool, bearing: Sequence[Candidate], rates: Mapping[str, Exchange]
) -> dict[UUID, Decimal]:
    """What the driver measures, costs of all budgets in the currency of the pool."""
    period = Period(pool.starts_on, pool.ends_on)
    values = measure(session, pool.driver, candidates=bearing, period=period)
    if pool.driver != "direct_cost":
        return values
    backs = {one.campaign_id: rates[one.currency].back for one in bearing if one.currency in rates}
    return {
        key: round_to(value * backs[key], pool.currency) if key in backs else value
        for key, value in values.items()
    }


def _words(driver: Driver) -> str:
    return driver.replace("_", " ")
