"""Invoices with their lines.

An invoice is accepted at once where it matches; otherwise disputed → accepted (overridden) or rejected.
accepted → paid.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.columns import Amount, Document, Moment
from chassis.database import Aggregate, Audited
from chassis.errors import Conflict
from chassis.ids import new_id
from services.finance.base import Base
from services.finance.budgets.ledger import ZERO
from services.finance.rates.model import Rate

State = Literal["accepted", "disputed", "rejected", "paid"]
InvoiceKind = Literal["invoice", "credit_note"]


class Invoice(Aggregate, Base):
    """What a supplier asks for, or gives back. Its purchase is locked before it."""

    __tablename__ = "invoices"
    __table_args__ = (UniqueConstraint("supplier_id", "number"),)

    purchase_id: Mapped[UUID] = mapped_column(ForeignKey("purchases.id"), index=True)
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("suppliers.id"))
    campaign_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    department: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[InvoiceKind] = mapped_column(String(16))
    number: Mapped[str] = mapped_column(String(200))
    invoiced_on: Mapped[date]
    due_on: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    documents: Mapped[list[str]] = mapped_column(Document)
    state: Mapped[State] = mapped_column(String(16))
    problems: Mapped[list[str]] = mapped_column(Document)
    entered_by: Mapped[str] = mapped_column(String(255))
    entered_at: Mapped[datetime] = mapped_column(Moment)
    decided_by: Mapped[str | None] = mapped_column(String(255))
    comment: Mapped[str] = mapped_column(String(2000), default="")
    paid_at: Mapped[datetime | None] = mapped_column(Moment)
    paid_by: Mapped[str | None] = mapped_column(String(255))
    reference: Mapped[str] = mapped_column(String(200), default="")
    lines: Mapped[list["InvoiceLine"]] = relationship(order_by="InvoiceLine.position", lazy="raise")

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def cost(self) -> Decimal:
        """Its total in the currency of the budget."""
        return sum((line.cost for line in self.lines), ZERO)

    def require(self, state: State, *, to: str) -> None:
        """Raises Conflict unless it is in ``state``."""
        if self.state != state:
            raise Conflict(f"The invoice is {self.state} and cannot be {to}.")


class InvoiceLine(Audited, Base):
    """What is asked for one line of the purchase, and what that costs in the currency of the budget."""

    __tablename__ = "invoice_lines"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"), index=True)
    position: Mapped[int]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_lines.id"))
    quantity: Mapped[Decimal] = mapped_column(Amount)
    unit_price: Mapped[Decimal] = mapped_column(Amount)
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    converted: Mapped[Decimal | None] = mapped_column(Amount)
    cost_currency: Mapped[str] = mapped_column(String(3), server_default="")
    exchange_rate: Mapped[Decimal | None] = mapped_column(Rate)
    exchange_rate_on: Mapped[date | None]

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"id": new_id(), "cost_currency": values.get("currency"), **values})

    @property
    def cost(self) -> Decimal:
        return self.amount if self.converted is None else self.converted
