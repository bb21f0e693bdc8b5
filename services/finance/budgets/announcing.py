"""The bodies of the events that budgets publish."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.finance import (
    BudgetBreached,
    BudgetLineChanged,
    BudgetOpened,
    BudgetPosted,
    BudgetReplanned,
    LineBalance,
)
from services.finance.budgets.ledger import Balance
from services.finance.budgets.model import ApprovedPlan, Budget, BudgetLine, PlannedLine, TakenBudget
from services.finance.money import in_currency


@dataclass(frozen=True)
class Posting:
    """An entry by the names of its columns, and its line right after it."""

    entry: dict[str, Any]
    line: Any

    @property
    def line_id(self) -> UUID:
        found: UUID = self.entry["line_id"]
        return found

    @property
    def balance(self) -> Balance:
        return Balance(self.line.budget, self.line.committed, self.line.incurred)

    def shown(self, currency: str) -> LineBalance:
        line = self.line
        return _line_balance(
            self.balance,
            currency=currency,
            line_id=self.line_id,
            name=line.name,
            responsible=line.responsible,
            kind=line.line_kind,
            on_breach=line.on_breach,
        )


def opened(budget: Budget, plan: ApprovedPlan) -> BudgetOpened:
    return BudgetOpened(
        budget_id=budget.id,
        campaign_id=budget.campaign_id,
        department=budget.department,
        plan_version=budget.plan_version,
        currency=budget.currency,
        lines=_planned(plan, plan.lines),
    )


def replanned(
    budget: Budget, plan: ApprovedPlan, *, new: Sequence[PlannedLine], closed: Iterable[UUID]
) -> BudgetReplanned:
    return BudgetReplanned(
        budget_id=budget.id,
        campaign_id=budget.campaign_id,
        plan_version=budget.plan_version,
        lines=_planned(plan, new),
        closed=list(closed),
    )


def posted(budget: Budget | TakenBudget, posting: Posting) -> BudgetPosted:
    entry, currency = posting.entry, budget.currency
    return BudgetPosted(
        budget_id=budget.id,
        campaign_id=budget.campaign_id,
        entry_id=entry["id"],
        kind=entry["kind"],
        amount=in_currency(entry["amount"], currency),
        currency=currency,
        claim_id=entry["claim_id"],
        source=entry["source"],
        source_id=entry["source_id"],
        note=entry["note"],
        posted_at=posting.line.posted_at,
        balance=posting.shown(currency),
    )


def breached(
    budget: Budget | TakenBudget,
    balance: LineBalance,
    *,
    over: Decimal,
    note: str,
    at: datetime,
    entry_id: UUID | None,
) -> BudgetBreached:
    return BudgetBreached(
        budget_id=budget.id,
        campaign_id=budget.campaign_id,
        entry_id=entry_id,
        over=in_currency(over, budget.currency),
        currency=budget.currency,
        balance=balance,
        note=note,
        breached_at=at,
    )


def as_it_stands(line: BudgetLine, balance: Balance) -> LineBalance:
    return _line_balance(
        balance,
        currency=line.currency,
        line_id=line.id,
        name=line.name,
        responsible=line.responsible,
        kind=line.kind,
        on_breach=line.on_breach,
    )


def line_changed(budget: Budget, line: BudgetLine, *, by: str, at: datetime) -> BudgetLineChanged:
    return BudgetLineChanged(
        budget_id=budget.id,
        campaign_id=budget.campaign_id,
        line_id=line.id,
        responsible=line.responsible,
        on_breach=line.on_breach,
        by=by,
        at=at,
    )


def _planned(plan: ApprovedPlan, lines: Iterable[PlannedLine]) -> list[LineBalance]:
    return [
        _line_balance(
            Balance(budget=planned.amount),
            currency=plan.currency,
            line_id=planned.line_id,
            name=planned.name,
            responsible=planned.responsible or plan.responsible,
            kind=planned.kind,
            on_breach=planned.on_breach,
        )
        for planned in lines
    ]


def _line_balance(balance: Balance, *, currency: str, **told: Any) -> LineBalance:
    return LineBalance(
        budget=in_currency(balance.budget, currency),
        committed=in_currency(balance.committed, currency),
        incurred=in_currency(balance.incurred, currency),
        available=in_currency(balance.available, currency),
        **told,
    )
