"""Budgets, budget lines, ledger entries, and what each plan version set, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.columns import Amount, Moment
from chassis.database import Aggregate
from chassis.ids import new_id
from services.finance.base import Base
from services.finance.budgets.ledger import ZERO, Balance, Kind, OnBreach

SourceKind = Literal[
    "plan", "claim", "advance", "purchase", "transfer", "wave", "allocation", "settlement", "correction"
]


@dataclass(frozen=True)
class Source:
    """What an entry is posted for."""

    kind: SourceKind
    id: UUID


@dataclass(frozen=True)
class PlannedLine:
    """A line of an approved plan. Where nobody is ``responsible`` for it, the plan's submitter is."""

    line_id: UUID
    name: str
    amount: Decimal
    kind: str | None = None
    responsible: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    on_breach: OnBreach = "stop"


@dataclass(frozen=True)
class ApprovedPlan:
    """What a budget opens from. ``responsible`` answers for every line that names nobody else.

    ``starts_on`` decides which period's envelope it draws on.
    """

    campaign_id: UUID
    campaign_code: str
    name: str
    department: str
    responsible: str
    version: int
    currency: str
    lines: Sequence[PlannedLine]
    starts_on: date | None = None

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)


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
    envelope_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
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
            position=max((line.position for line in self.lines), default=0) + 1,
            name=planned.name,
            responsible=planned.responsible or responsible,
            currency=self.currency,
            kind=planned.kind,
            starts_on=planned.starts_on,
            ends_on=planned.ends_on,
            on_breach=planned.on_breach,
        )
        self.lines.append(line)
        return line

    @property
    def total(self) -> "Total":
        """The figures of all lines together."""
        whole = sum((line.balance for line in self.lines), Balance())
        return Total(whole.budget, whole.committed, whole.incurred, currency=self.currency)


@dataclass
class TakenBudget:
    """What a posting needs of a budget whose number it took. ``version`` is the one before.

    No mapped row, since making one would be a twelfth of what a posting costs in Python.
    """

    id: UUID
    version: int
    campaign_id: UUID
    currency: str
    indirect_line_id: UUID | None


class BudgetLine(Base):
    """A budget line with its balance, which only the guarded statement of the ledger changes.

    ``kind`` says what it pays for. One whose ``on_breach`` is not ``stop`` may be overdrawn. ``posted_at`` is
    that of its last entry: moments of a line's entries never run backwards, so that the last one before a
    moment says how the line stood then. A line that left the plan is closed: it settles, and takes no more.
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
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    on_breach: Mapped[OnBreach] = mapped_column(String(8), server_default="stop")
    posted_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    def __init__(self, **values: Any) -> None:
        nothing = {"budget": ZERO, "committed": ZERO, "incurred": ZERO, "on_breach": "stop"}
        super().__init__(**{**nothing, **values})

    def follow(self, planned: PlannedLine, *, responsible: str) -> None:
        """Take over what a later plan says of it, but for the amount."""
        self.name, self.kind = planned.name, planned.kind
        self.starts_on, self.ends_on = planned.starts_on, planned.ends_on
        self.responsible = planned.responsible or responsible
        self.on_breach, self.closed_at = planned.on_breach, None

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
        Index("ix_ledger_entries_line_id_sequence", "line_id", "sequence"),
        Index("ix_ledger_entries_line_id_posted_at_sequence", "line_id", "posted_at", "sequence"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    budget_id: Mapped[UUID] = mapped_column(ForeignKey("budgets.id"))
    sequence: Mapped[int]
    line_id: Mapped[UUID] = mapped_column(ForeignKey("budget_lines.id"))
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


class LineTerms(Base):
    """What held for a line from ``since`` on. Rows are only ever added."""

    __tablename__ = "budget_line_terms"
    __table_args__ = (Index("ix_budget_line_terms_line_id_since", "line_id", "since"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("budget_lines.id"))
    name: Mapped[str] = mapped_column(String(2000))
    kind: Mapped[str | None] = mapped_column(String(64))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    responsible: Mapped[str] = mapped_column(String(255))
    on_breach: Mapped[OnBreach] = mapped_column(String(8))
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    set_by: Mapped[str] = mapped_column(String(255))
    since: Mapped[datetime] = mapped_column(Moment)

    @classmethod
    def of(cls, line: BudgetLine, *, by: str, at: datetime) -> "LineTerms":
        """The terms of a line as they stand."""
        kept = ("name", "kind", "starts_on", "ends_on", "responsible", "on_breach", "closed_at")
        terms = {name: getattr(line, name) for name in kept}
        return cls(line_id=line.id, set_by=by, since=at, **terms)


class BudgetVersion(Base):
    """A plan version that the budget was opened or changed by, never changed itself."""

    __tablename__ = "budget_versions"

    budget_id: Mapped[UUID] = mapped_column(ForeignKey("budgets.id"), primary_key=True)
    plan_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    currency: Mapped[str] = mapped_column(String(3))
    total: Mapped[Decimal] = mapped_column(Amount)
    approved_by: Mapped[str] = mapped_column(String(255))
    approved_at: Mapped[datetime] = mapped_column(Moment)
    lines: Mapped[list["VersionLine"]] = relationship(order_by="VersionLine.position", lazy="raise")


class VersionLine(Base):
    """A line as a plan version had it."""

    __tablename__ = "budget_version_lines"
    __table_args__ = (
        ForeignKeyConstraint(
            ["budget_id", "plan_version"], ["budget_versions.budget_id", "budget_versions.plan_version"]
        ),
    )

    budget_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    plan_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(2000))
    kind: Mapped[str | None] = mapped_column(String(64))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    responsible: Mapped[str] = mapped_column(String(255))
    on_breach: Mapped[OnBreach] = mapped_column(String(8))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal] = mapped_column(Amount)
