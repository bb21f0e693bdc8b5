"""Reads of pools, and of the campaigns that may bear them."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from chassis.auth import Actor
from services.finance.allocation.drivers import Candidate, Period
from services.finance.allocation.model import CostPool, PoolAllocation
from services.finance.budgets.model import Budget
from services.finance.facts.model import CampaignFacts
from services.finance.finding import find


def pools(
    actor: Actor,
    *,
    department: str | None = None,
    state: str | None = None,
    driver: str | None = None,
    runs_on: date | None = None,
) -> Select[CostPool]:
    """Pools with their lines; ``runs_on`` is a day of their period."""
    found = select(CostPool).where(actor.scope(CostPool.department)).options(selectinload(CostPool.lines))
    given = {"department": department, "state": state, "driver": driver}
    found = found.filter_by(**{name: value for name, value in given.items() if value is not None})
    if runs_on is not None:
        found = found.where(CostPool.starts_on <= runs_on, CostPool.ends_on >= runs_on)
    return found


def pool(session: Session, actor: Actor, pool_id: UUID) -> CostPool:
    """One pool with its lines. Raises NotFound."""
    return find(session, pools(actor), CostPool, pool_id, what="pool")


def pool_for_update(session: Session, actor: Actor, pool_id: UUID) -> CostPool:
    """The same, locked until the transaction ends. Raises NotFound."""
    return find(session, pools(actor), CostPool, pool_id, what="pool", lock=True)


def allocations(
    session: Session, actor: Actor, pool_id: UUID, *, run: int | None = None
) -> Select[PoolAllocation]:
    """What campaigns bore of a pool, in all its runs or in one. Raises NotFound."""
    pool(session, actor, pool_id)
    found = select(PoolAllocation).where(PoolAllocation.pool_id == pool_id)
    return found if run is None else found.where(PoolAllocation.run == run)


def candidates(session: Session, pool: CostPool) -> list[Candidate]:
    """The campaigns that were chosen, or else those of the department that ran in the period."""
    found = (
        select(Budget, CampaignFacts)
        .outerjoin(CampaignFacts, CampaignFacts.campaign_id == Budget.campaign_id)
        .where(Budget.department == pool.department)
        .order_by(Budget.campaign_code, Budget.campaign_id)
    )
    if pool.chosen is not None:
        found = found.where(Budget.campaign_id.in_(pool.chosen))
    else:
        period = Period(pool.starts_on, pool.ends_on)
        ended_at = func.coalesce(CampaignFacts.completed_at, CampaignFacts.cancelled_at)
        found = found.where(
            CampaignFacts.launched_at < period.is_over_at,
            or_(ended_at.is_(None), ended_at >= period.begins_at),
        )
    return [_candidate(budget, facts) for budget, facts in session.execute(found)]


def without_budget(session: Session, department: str, campaign_ids: Collection[UUID]) -> set[UUID]:
    """Those of the campaigns that have no budget in the department."""
    have = select(Budget.campaign_id).where(
        Budget.department == department, Budget.campaign_id.in_(campaign_ids)
    )
    return set(campaign_ids) - set(session.scalars(have))


def _candidate(budget: Budget, facts: CampaignFacts | None) -> Candidate:
    return Candidate(
        campaign_id=budget.campaign_id,
        budget_id=budget.id,
        code=budget.campaign_code,
        name=budget.name,
        currency=budget.currency,
        is_settled=budget.settled_at is not None,
        launched_on=_day(facts.launched_at) if facts else None,
        ended_on=_day(facts.ended_at) if facts else None,
        ends_on=facts.ends_on if facts else None,
        targets=facts.targets if facts else 0,
    )


def _day(at: datetime | None) -> date | None:
    return None if at is None else at.date()
