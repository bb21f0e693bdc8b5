"""How a budget stood at a moment in the past.

Nothing is added up: the last entry of a line before the moment has the figures right after it, and an index
leads straight to it, however many entries there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ScalarSelect, and_, select
from sqlalchemy.orm import Session, aliased

from chassis.auth import Actor
from chassis.errors import Invalid
from services.finance.budgets import queries
from services.finance.budgets.ledger import Balance, OnBreach
from services.finance.budgets.model import BudgetLine, BudgetVersion, LedgerEntry, LineTerms, Total


@dataclass(frozen=True, kw_only=True)
class PastLine(Balance):
    """A line as it stood: its figures, and what held for it."""

    id: UUID
    currency: str
    name: str
    kind: str | None
    starts_on: date | None
    ends_on: date | None
    responsible: str
    on_breach: OnBreach
    closed_at: datetime | None


@dataclass(frozen=True)
class PastBudget:
    """A budget as it stood, by the plan version that held then."""

    id: UUID
    campaign_id: UUID
    campaign_code: str
    name: str
    department: str
    envelope_id: UUID | None
    plan_version: int
    currency: str
    opened_at: datetime
    settled_at: datetime | None
    suspended_at: datetime | None
    suspension_reason: str
    lines: Sequence[PastLine]

    @property
    def total(self) -> Total:
        whole = sum(self.lines, Balance())
        return Total(whole.budget, whole.committed, whole.incurred, currency=self.currency)


def budget_at(session: Session, actor: Actor, budget_id: UUID, *, at: datetime) -> PastBudget:
    """A budget with the lines that it had at a moment. Raises NotFound, and Invalid before it was opened."""
    budget = queries.budget(session, actor, budget_id)
    if at < budget.opened_at:
        raise Invalid({"at": [f"The budget was opened at {budget.opened_at.isoformat()}."]})
    version = session.scalar(
        select(BudgetVersion.plan_version)
        .where(BudgetVersion.budget_id == budget_id, BudgetVersion.approved_at <= at)
        .order_by(BudgetVersion.plan_version.desc())
        .limit(1)
    )
    kept = (
        "id",
        "campaign_id",
        "campaign_code",
        "name",
        "department",
        "envelope_id",
        "currency",
    )
    return PastBudget(
        **{name: getattr(budget, name) for name in kept},
        opened_at=budget.opened_at,
        settled_at=_by(budget.settled_at, at),
        suspended_at=_by(budget.suspended_at, at),
        suspension_reason=budget.suspension_reason if _by(budget.suspended_at, at) else "",
        plan_version=budget.plan_version if version is None else version,
        lines=_lines_at(session, budget_id, at=at),
    )


def _by(happened: datetime | None, at: datetime) -> datetime | None:
    return happened if happened is not None and happened <= at else None


def _lines_at(session: Session, budget_id: UUID, *, at: datetime) -> list[PastLine]:
    entry, terms = aliased(LedgerEntry), aliased(LineTerms)
    rows = session.execute(
        select(entry, terms)
        .select_from(BudgetLine)
        .join(entry, entry.id == _last_entry(at))
        .join(terms, terms.id == _last_terms(at))
        .where(BudgetLine.budget_id == budget_id)
        .order_by(BudgetLine.position)
    )
    return [_past(posted, held) for posted, held in rows]


def _last_entry(at: datetime) -> ScalarSelect[UUID]:
    earlier = aliased(LedgerEntry)
    return (
        select(earlier.id)
        .where(and_(earlier.line_id == BudgetLine.id, earlier.posted_at <= at))
        .order_by(earlier.posted_at.desc(), earlier.sequence.desc())
        .limit(1)
        .correlate(BudgetLine)
        .scalar_subquery()
    )


def _last_terms(at: datetime) -> ScalarSelect[UUID]:
    earlier = aliased(LineTerms)
    return (
        select(earlier.id)
        .where(and_(earlier.line_id == BudgetLine.id, earlier.since <= at))
        .order_by(earlier.since.desc(), earlier.id.desc())
        .limit(1)
        .correlate(BudgetLine)
        .scalar_subquery()
    )


def _past(posted: LedgerEntry, held: LineTerms) -> PastLine:
    return PastLine(
        posted.budget,
        posted.committed,
        posted.incurred,
        id=posted.line_id,
        currency=posted.currency,
        name=held.name,
        kind=held.kind,
        starts_on=held.starts_on,
        ends_on=held.ends_on,
        responsible=held.responsible,
        on_breach=held.on_breach,
        closed_at=held.closed_at,
    )
