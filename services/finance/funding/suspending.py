"""Stopping a campaign's sending by its budget."""

from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict
from chassis.outbox import publish
from contracts.finance import BudgetSuspended, BudgetUnsuspended
from services.finance.budgets.model import Budget
from services.finance.budgets.queries import budget_for_update


def suspend(session: Session, actor: Actor, *, budget_id: UUID, reason: str) -> Budget:
    """Have nothing more be spent on sending. Raises NotFound, and Conflict when it is so already."""
    budget = budget_for_update(session, actor, budget_id)
    if budget.suspended_at is not None:
        raise Conflict(f"The budget is suspended already: {budget.suspension_reason}")
    budget.suspended_at, budget.suspension_reason = now(), reason
    publish(
        session,
        budget,
        BudgetSuspended(
            budget_id=budget.id,
            campaign_id=budget.campaign_id,
            by=actor.subject,
            reason=reason,
            at=budget.suspended_at,
        ),
    )
    return budget


def unsuspend(session: Session, actor: Actor, *, budget_id: UUID) -> Budget:
    """Let money be spent again. Raises NotFound, and Conflict when nothing holds it."""
    budget = budget_for_update(session, actor, budget_id)
    if budget.suspended_at is None:
        raise Conflict("The budget is not suspended.")
    budget.suspended_at, budget.suspension_reason = None, ""
    told = BudgetUnsuspended(budget_id=budget.id, campaign_id=budget.campaign_id, by=actor.subject, at=now())
    publish(session, budget, told)
    return budget
