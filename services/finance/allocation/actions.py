"""What clerks do with pools. Locks are taken in one order: pool, budgets by their ids, each with its line."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import files
from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Invalid
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.event import Money
from contracts.finance import PoolAllocated, PoolChanged, PoolOpened, PoolReversed, PoolShare
from services.finance.allocation import queries
from services.finance.allocation.model import CostPool, Design, PoolAllocation
from services.finance.allocation.proposal import Share, propose
from services.finance.budgets.indirect import post_share
from services.finance.budgets.model import Source
from services.finance.money import in_currency

log = get_logger(__name__)

E = TypeVar("E", PoolOpened, PoolChanged)


def open_pool(session: Session, actor: Actor, design: Design) -> CostPool:
    """Gather indirect costs to be allocated.

    Raises Forbidden for a foreign department, Invalid naming the field.
    """
    pool = CostPool(opened_by=actor.subject, opened_at=now())
    _take(session, actor, pool=pool, design=design)
    session.add(pool)
    publish(session, pool, _as_it_stands(PoolOpened, pool))
    return pool


def change_pool(session: Session, actor: Actor, *, pool: CostPool, design: Design) -> CostPool:
    """Replace what was said of a pool. Raises Conflict while it is allocated, and else as ``open_pool``."""
    _take(session, actor, pool=pool, design=design)
    publish(session, pool, _as_it_stands(PoolChanged, pool))
    return pool


def allocate_pool(session: Session, actor: Actor, *, pool: CostPool) -> CostPool:
    """Post to each campaign what it bears. Raises Conflict while the pool is allocated, or cannot be."""
    pool.begin_run()
    proposal = propose(session, pool)
    shares = [_kept(pool, share) for share in proposal.shares]
    session.add_all(shares)
    allocated = PoolAllocated(
        pool_id=pool.id,
        department=pool.department,
        run=pool.run,
        driver=pool.driver,
        total=_total(pool),
        shares=[_told(share) for share in shares],
        allocated_by=actor.subject,
        allocated_at=now(),
    )
    publish(session, pool, allocated)
    session.flush()
    _post(session, actor, pool=pool, shares=shares, note=pool.name, sign=1)
    log.info("pool_allocated", pool_id=str(pool.id), run=pool.run, campaigns=len(shares))
    return pool


def reverse_pool(session: Session, actor: Actor, *, pool: CostPool, reason: str) -> CostPool:
    """Take the last allocation back, share by share.

    Raises Conflict where none stands, or a budget that bore of it is settled.
    """
    pool.reverse(reason)
    bore = select(PoolAllocation).where(PoolAllocation.pool_id == pool.id, PoolAllocation.run == pool.run)
    reversed_ = PoolReversed(
        pool_id=pool.id,
        department=pool.department,
        run=pool.run,
        total=_total(pool),
        reason=reason,
        reversed_by=actor.subject,
        reversed_at=now(),
    )
    publish(session, pool, reversed_)
    session.flush()
    _post(session, actor, pool=pool, shares=session.scalars(bore).all(), note=reason, sign=-1)
    log.info("pool_reversed", pool_id=str(pool.id), run=pool.run)
    return pool


def _take(session: Session, actor: Actor, *, pool: CostPool, design: Design) -> None:
    actor.require_department(design.department)
    design.check()
    if design.campaign_ids is not None:
        _require_budgets(session, design.department, design.campaign_ids)
    pool.take(design)
    for position, cost in enumerate(design.costs):
        files.attach(session, actor, cost.documents, to=pool, field=f"lines.{position}.documents")


def _require_budgets(session: Session, department: str, campaign_ids: Sequence[UUID]) -> None:
    unknown = queries.without_budget(session, department, campaign_ids)
    reasons = [f"Campaign {one} has no budget in department {department}." for one in sorted(unknown)]
    if reasons:
        raise Invalid({"campaign_ids": reasons})


def _post(
    session: Session, actor: Actor, *, pool: CostPool, shares: Sequence[PoolAllocation], note: str, sign: int
) -> None:
    for share in sorted(shares, key=lambda share: share.budget_id):
        if share.cost:
            amount, source = sign * share.cost, Source("allocation", pool.id)
            post_share(session, actor, budget_id=share.budget_id, amount=amount, note=note, source=source)


def _kept(pool: CostPool, share: Share) -> PoolAllocation:
    foreign = share.cost_currency != share.currency
    return PoolAllocation(
        pool_id=pool.id,
        run=pool.run,
        campaign_id=share.campaign_id,
        budget_id=share.budget_id,
        campaign_code=share.campaign_code,
        value=share.value,
        amount=share.amount,
        currency=share.currency,
        converted=share.cost if foreign else None,
        converted_currency=share.cost_currency if foreign else None,
        exchange_rate=share.exchange_rate,
        exchange_rate_on=share.exchange_rate_on,
    )


def _told(share: PoolAllocation) -> PoolShare:
    cost = None
    if share.converted is not None:
        currency = share.cost_currency
        cost = Money(amount=in_currency(share.converted, currency), currency=currency)
    return PoolShare(
        campaign_id=share.campaign_id,
        budget_id=share.budget_id,
        value=share.value,
        amount=share.amount,
        cost=cost,
    )


def _as_it_stands(event: type[E], pool: CostPool) -> E:
    return event(
        pool_id=pool.id,
        name=pool.name,
        department=pool.department,
        starts_on=pool.starts_on,
        ends_on=pool.ends_on,
        driver=pool.driver,
        total=_total(pool),
    )


def _total(pool: CostPool) -> Money:
    total: Decimal = in_currency(pool.total, pool.currency)
    return Money(amount=total, currency=pool.currency)
