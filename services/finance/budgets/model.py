"""Budgets, budget lines and ledger entries as rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.columns import Amount, Moment
from chassis.database import Aggregate
from chassis.ids import new_id
from services.finance.base import Base
from services.finance.budgets.ledger import ZERO, Balance, Kind

SourceKind = Literal["plan", "claim", "advance", "purchase", "transfer", "wave", "allocation", "settlement"]


@dataclass(frozen=True)
class Source:
    """What an entry is posted for."""

    kind: SourceKind
    id: UUID


@dataclass(frozen=True)
class PlannedLine:
    """A line of an approved plan."""

    line_id: UUID
    name: str
    amount: Decimal
    kind: str | None = None


@dataclass(frozen=True)
class ApprovedPlan:
    """What a budget opens from. ``responsible`` answers for every line."""

    campaign_id: UUID
    campaign_code: str
    name: str
    department: str
    responsible: str
    version: int
    currency: str
    lines: Sequence[PlannedLine]


@dataclass(frozen=True)
class Total(Balance):
    """What the lines of a budget add up to, in its currency."""

    currency: str = field(kw_only=True)


class Budget(Aggregate, Base):
    """The budget of a campaign. Whoever posts locks this row first, then the line.

    Nothing is posted once it is settled. ``indirect_line_id`` is the line that overheads are allocated to.
    """

    __tablename__ = "budgets"
    __table_args__ = (UniqueConstraint("campaign_id"),)

    campaign_id: Mapped[UUID] = mapped_column(Uuid)
    campaign_code: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(2000))
    department: Mapped[str] = mapped_column(String(64), index=True)
    plan_version: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    indirect_line_id: Mapped[UUID | None] = mapped_column(Uuid)
    suspended_at: Mapped[datetime | None] = mapped_column(Moment)
    suspension_reason: Mapped[str] = mapped_column(String(2000), default="")
    lines: Mapped[list["BudgetLine"]] = relationship(order_by="BudgetLine.position", lazy="raise")

    @classmethod
    def for_plan(cls, plan: ApprovedPlan, *, at: datetime) -> "Budget":
        """An empty budget in the plan's currency: its lines stand at nothing until they are posted to."""
        budget = cls(
            campaign_id=plan.campaign_id,
            campaign_code=plan.campaign_code,
            name=plan.name,
            department=plan.department,
            plan_version=plan.version,
            currency=plan.currency,
            opened_at=at,
            lines=[],
        )
        for planned in plan.lines:
            budget.add_line(planned, responsible=plan.responsible)
        return budget

    def add_line(self, planned: PlannedLine, *, responsible: str) -> "BudgetLine":
        line = BudgetLine(
            id=planned.line_id,
            position=len(self.lines) + 1,
            name=planned.name,
            kind=planned.kind,
            responsible=responsible,
            currency=self.currency,
        )
        self.lines.append(line)
        return line

    @property
    def total(self) -> "Total":
        """The figures of all lines together."""
        whole = sum((line.balance for line in self.lines), Balance())
        return Total(whole.budget, whole.committed, whole.incurred, currency=self.currency)


class BudgetLine(Base):
    """A budget line with its balance, which only the guarded statement of the ledger changes.

    ``kind`` says what it pays for. One whose ``on_breach`` is not ``stop`` may be overdrawn.
    """

    __tablename__ = "budget_lines"
    __table_args__ = (
        CheckConstraint("on_breach <> 'stop' OR budget - committed - incurred >= 0", name="not_overdrawn"),
        CheckConstraint("committed >= 0", name="not_released_twice"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    budget_id: Mapped[UUID] = mapped_column(ForeignKey("budgets.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(2000))
    responsible: Mapped[str] = mapped_column(String(255))
    currency: Mapped[str] = mapped_column(String(3))
    budget: Mapped[Decimal] = mapped_column(Amount)
    committed: Mapped[Decimal] = mapped_column(Amount)
    incurred: Mapped[Decimal] = mapped_column(Amount)
    kind: Mapped[str | None] = mapped_column(String(64))
    on_breach: Mapped[str] = mapped_column(String(8), server_default="stop")

    def __init__(self, **values: Any) -> None:
        figures = {"budget": ZERO, "committed": ZERO, "incurred": ZERO}
        super().__init__(**{**figures, "on_breach": "stop", **values})

    @property
    def balance(self) -> Balance:
        return Balance(self.budget, self.committed, self.incurred)

    @property
    def available(self) -> Decimal:
        return self.balance.available


class LedgerEntry(Base):
    """One posting, never changed, with the line's figures right after it.

    ``source`` and ``source_id`` say what it was posted for; ``claim_id`` says so once more for a claim.
    ``sequence`` is also that of its ``budget.posted`` event; opening and replanning take a number too.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("budget_id", "sequence"),
        Index("ix_ledger_entries_source_id", "source_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    budget_id: Mapped[UUID] = mapped_column(ForeignKey("budgets.id"))
    sequence: Mapped[int]
    line_id: Mapped[UUID] = mapped_column(ForeignKey("budget_lines.id"), index=True)
    kind: Mapped[Kind] = mapped_column(String(16))
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    budget: Mapped[Decimal] = mapped_column(Amount)
    committed: Mapped[Decimal] = mapped_column(Amount)
    incurred: Mapped[Decimal] = mapped_column(Amount)
    claim_id: Mapped[UUID | None] = mapped_column(Uuid)
    source: Mapped[str | None] = mapped_column(String(16))
    source_id: Mapped[UUID | None] = mapped_column(Uuid)
    note: Mapped[str] = mapped_column(String(2000), default="")
    posted_by: Mapped[str] = mapped_column(String(255))
    posted_at: Mapped[datetime] = mapped_column(Moment)

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"id": new_id(), **values})

    @property
    def available(self) -> Decimal:
        return self.budget - self.committed - self.incurred
