"""Settlements as rows: what a budget came to when it was settled, and when that was taken back."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.columns import Amount, Document, Moment
from chassis.ids import new_id
from services.finance.base import Base


class Settlement(Base):
    """The figures of a settled budget, never changed. ``lines`` has those of each line, amounts as text."""

    __tablename__ = "settlements"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    budget_id: Mapped[UUID] = mapped_column(ForeignKey("budgets.id"), index=True)
    campaign_id: Mapped[UUID] = mapped_column(Uuid)
    currency: Mapped[str] = mapped_column(String(3))
    planned: Mapped[Decimal] = mapped_column(Amount)
    budget: Mapped[Decimal] = mapped_column(Amount)
    direct: Mapped[Decimal] = mapped_column(Amount)
    allocated: Mapped[Decimal] = mapped_column(Amount)
    released: Mapped[Decimal] = mapped_column(Amount)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    settled_by: Mapped[str] = mapped_column(String(255))
    settled_at: Mapped[datetime] = mapped_column(Moment)
    reopening: Mapped["Reopening | None"] = relationship(lazy="raise")

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"id": new_id(), "reopening": None, **values})

    @property
    def actual(self) -> Decimal:
        return self.direct + self.allocated

    @property
    def variance(self) -> Decimal:
        return self.budget - self.actual


class Reopening(Base):
    """Who took a settlement back, and why. Never changed."""

    __tablename__ = "reopenings"

    settlement_id: Mapped[UUID] = mapped_column(ForeignKey("settlements.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(2000))
    reopened_by: Mapped[str] = mapped_column(String(255))
    reopened_at: Mapped[datetime] = mapped_column(Moment)
