"""A pool of indirect costs and the states it goes through: open → allocated → reversed → allocated …

It is changed while nothing of it is allocated. ``run`` counts its allocations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.columns import Amount, Document, Moment
from chassis.database import Aggregate, Audited
from chassis.errors import Conflict, Invalid
from chassis.ids import new_id
from contracts.finance.pools import Driver
from services.finance.base import Base
from services.finance.budgets.ledger import ZERO
from services.finance.money import check_money
from services.finance.rates.model import Rate

State = Literal["open", "allocated", "reversed"]


@dataclass(frozen=True)
class PoolCost:
    """A cost to be put into a pool, with the files that prove it."""

    name: str
    amount: Decimal
    documents: Sequence[UUID] = ()


@dataclass(frozen=True)
class Design:
    """What a clerk says of a pool. ``campaign_ids`` None: all of the department that ran in the period."""

    name: str
    department: str
    starts_on: date
    ends_on: date
    currency: str
    driver: Driver
    costs: Sequence[PoolCost]
    campaign_ids: Sequence[UUID] | None = None

    def check(self) -> None:
        """Raises Invalid, naming the field."""
        if self.ends_on < self.starts_on:
            raise Invalid({"ends_on": ["Must not be before starts_on."]})
        for position, cost in enumerate(self.costs):
            check_money(cost.amount, self.currency, field=f"lines.{position}.amount")
        check_money(sum((cost.amount for cost in self.costs), ZERO), self.currency, field="lines")
        documents = [one for cost in self.costs for one in cost.documents]
        if len(set(documents)) < len(documents):
            raise Invalid({"lines": ["A document is named twice."]})
        if self.campaign_ids is not None and len(set(self.campaign_ids)) < len(self.campaign_ids):
            raise Invalid({"campaign_ids": ["A campaign is named twice."]})


class CostPool(Aggregate, Base):
    """The indirect costs of a department in a period, both days included. Who allocates locks it first."""

    __tablename__ = "cost_pools"

    name: Mapped[str] = mapped_column(String(2000))
    department: Mapped[str] = mapped_column(String(64), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    driver: Mapped[Driver] = mapped_column(String(16))
    campaign_ids: Mapped[list[str] | None] = mapped_column(Document)
    state: Mapped[State] = mapped_column(String(16))
    run: Mapped[int]
    reason: Mapped[str] = mapped_column(String(2000))
    opened_by: Mapped[str] = mapped_column(String(255))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    lines: Mapped[list["PoolLine"]] = relationship(
        order_by="PoolLine.position", lazy="raise", cascade="all, delete-orphan"
    )

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"state": "open", "run": 0, "reason": "", "lines": [], **values})

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def chosen(self) -> list[UUID] | None:
        """The campaigns that were named one by one, if any were."""
        return None if self.campaign_ids is None else [UUID(one) for one in self.campaign_ids]

    def take(self, design: Design) -> None:
        """Make ``design`` the pool's own. Raises Conflict while it is allocated."""
        self._require_not_allocated("changed")
        self.name, self.department, self.driver = design.name, design.department, design.driver
        self.starts_on, self.ends_on, self.currency = design.starts_on, design.ends_on, design.currency
        chosen = design.campaign_ids
        self.campaign_ids = None if chosen is None else [str(one) for one in chosen]
        self.lines = [
            PoolLine(
                position=position,
                name=cost.name,
                amount=cost.amount,
                currency=design.currency,
                documents=[str(one) for one in cost.documents],
            )
            for position, cost in enumerate(design.costs, start=1)
        ]

    def begin_run(self) -> None:
        """Count one more allocation. Raises Conflict while the last one stands."""
        self._require_not_allocated("allocated again")
        self.state, self.reason = "allocated", ""
        self.run += 1

    def reverse(self, reason: str) -> None:
        """Take the last allocation back. Raises Conflict where none stands."""
        if self.state != "allocated":
            raise Conflict(f"The pool is {self.state}: there is no allocation to reverse.")
        self.state, self.reason = "reversed", reason

    def _require_not_allocated(self, what: str) -> None:
        if self.state == "allocated":
            raise Conflict(f"The pool is allocated and cannot be {what} before that is reversed.")


class PoolLine(Audited, Base):
    """One cost of a pool. ``documents`` are the ids of the files that prove it."""

    __tablename__ = "pool_lines"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    pool_id: Mapped[UUID] = mapped_column(ForeignKey("cost_pools.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(2000))
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    documents: Mapped[list[str]] = mapped_column(Document)

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"id": new_id(), **values})


class PoolAllocation(Base):
    """What a campaign bore of a pool in one run, never changed. ``value`` is what the driver measured.

    ``amount`` is in the currency of the pool, ``converted`` in that of a budget that is in another.
    """

    __tablename__ = "pool_shares"
    __table_args__ = (
        UniqueConstraint("pool_id", "run", "campaign_id", name="uq_pool_shares_pool_id_run_campaign_id"),
        Index("ix_pool_shares_campaign_id", "campaign_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    pool_id: Mapped[UUID] = mapped_column(ForeignKey("cost_pools.id"))
    run: Mapped[int]
    campaign_id: Mapped[UUID] = mapped_column(Uuid)
    budget_id: Mapped[UUID] = mapped_column(Uuid)
    campaign_code: Mapped[str] = mapped_column(String(64))
    value: Mapped[Decimal] = mapped_column(Amount)
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    converted: Mapped[Decimal | None] = mapped_column(Amount)
    converted_currency: Mapped[str | None] = mapped_column(String(3))
    exchange_rate: Mapped[Decimal | None] = mapped_column(Rate)
    exchange_rate_on: Mapped[date | None]

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"id": new_id(), **values})

    @property
    def cost(self) -> Decimal:
        """What the budget was charged, in its own currency."""
        return self.amount if self.converted is None else self.converted

    @property
    def cost_currency(self) -> str:
        return self.converted_currency or self.currency
