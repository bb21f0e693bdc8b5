"""Reads of budgets and their ledger, in the departments of the reader only."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import Session, selectinload

from chassis.auth import Actor
from chassis.errors import NotFound
from services.finance.budgets.ledger import KINDS, ZERO, Balance, total
from services.finance.budgets.model import Budget, BudgetLine, BudgetVersion, LedgerEntry
from services.finance.finding import find


def budgets(
    actor: Actor,
    *,
    campaign_id: UUID | None = None,
    campaign_code: str | None = None,
    department: str | None = None,
    currency: str | None = None,
    responsible: str | None = None,
    settled: bool | None = None,
) -> Select[Budget]:
    """Budgets with their lines; ``responsible``: those with a line that this person answers for."""
    found = select(Budget).where(actor.scope(Budget.department)).options(selectinload(Budget.lines))
    equal: dict[str, Any] = {"campaign_id": campaign_id, "campaign_code": campaign_code}
    equal |= {"department": department, "currency": currency}
    found = found.filter_by(**{name: value for name, value in equal.items() if value is not None})
    if responsible is not None:
        found = found.where(Budget.lines.any(BudgetLine.responsible == responsible))
    if settled is None:
        return found
    return found.where(Budget.settled_at.is_not(None) if settled else Budget.settled_at.is_(None))


def budget(session: Session, actor: Actor, budget_id: UUID) -> Budget:
    """One budget with its lines. Raises NotFound."""
    return find(session, budgets(actor), Budget, budget_id, what="budget")


def budget_for_update(session: Session, actor: Actor, budget_id: UUID) -> Budget:
    """The same, locked until the transaction ends. Raises NotFound."""
    return find(session, budgets(actor), Budget, budget_id, what="budget", lock=True)


def entries(
    session: Session,
    actor: Actor,
    budget_id: UUID,
    *,
    line_id: UUID | None = None,
    kind: str | None = None,
    source: str | None = None,
    source_id: UUID | None = None,
    posted_by: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Select[LedgerEntry]:
    """The ledger of one budget, from ``since`` on and before ``until``.

    Raises NotFound for a budget that the actor may not see.
    """
    _check_seen(session, actor, budget_id)
    equal = {"line_id": line_id, "kind": kind, "source": source, "source_id": source_id}
    wanted = {name: value for name, value in {**equal, "posted_by": posted_by}.items() if value is not None}
    found = select(LedgerEntry).where(LedgerEntry.budget_id == budget_id).filter_by(**wanted)
    if since is not None:
        found = found.where(LedgerEntry.posted_at >= since)
    return found if until is None else found.where(LedgerEntry.posted_at < until)


def versions(session: Session, actor: Actor, budget_id: UUID) -> Select[BudgetVersion]:
    """What each version of the plan gave to the lines. Raises NotFound."""
    _check_seen(session, actor, budget_id)
    found = select(BudgetVersion).where(BudgetVersion.budget_id == budget_id)
    return found.options(selectinload(BudgetVersion.lines))


def _check_seen(session: Session, actor: Actor, budget_id: UUID) -> None:
    seen = select(Budget.id).where(Budget.id == budget_id, actor.scope(Budget.department))
    if session.scalar(seen) is None:
        raise NotFound("budget", budget_id)


def budget_of_line(session: Session, actor: Actor, line_id: UUID) -> Row[UUID, UUID, str, str, str]:
    """What never changes of the budget that a line belongs to. Raises NotFound."""
    found = session.execute(
        select(Budget.id, Budget.campaign_id, Budget.campaign_code, Budget.department, Budget.currency)
        .join(BudgetLine, BudgetLine.budget_id == Budget.id)
        .where(BudgetLine.id == line_id, actor.scope(Budget.department))
    ).one_or_none()
    if found is None:
        raise NotFound("budget line", line_id)
    return found


def drifted_lines(session: Session) -> list[tuple[UUID, Balance, Balance]]:
    """Lines whose row differs from the sum of their entries: id, row, sum. There are none, ever."""
    moved = [func.sum(case((LedgerEntry.kind == kind, LedgerEntry.amount), else_=None)) for kind in KINDS]
    rows = session.execute(
        select(BudgetLine, *moved)
        .outerjoin(LedgerEntry, LedgerEntry.line_id == BudgetLine.id)
        .group_by(BudgetLine.id)
        .execution_options(populate_existing=True)
    )
    stand = [(line, total(zip(KINDS, map(_or_zero, sums), strict=True))) for line, *sums in rows]
    return [(line.id, line.balance, entered) for line, entered in stand if line.balance != entered]


def _or_zero(amount: Decimal | None) -> Decimal:
    return ZERO if amount is None else amount
