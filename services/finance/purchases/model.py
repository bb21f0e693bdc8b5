"""Purchases with their lines and receipts, and the states they go through.

requested → approved → ordered → partly_received → received → partly_invoiced → invoiced → paid → closed.
From the order on, the state follows from what arrived, was invoiced and paid. A request may be rejected, sent
back (and handed in again as the next version) or withdrawn; what is approved may be cancelled.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.columns import Amount, Document, Moment
from chassis.database import Aggregate, Audited
from chassis.errors import Conflict
from chassis.ids import new_id
from services.finance.base import Base
from services.finance.budgets.ledger import ZERO
from services.finance.money import in_currency
from services.finance.purchases.matching import Standing, price
from services.finance.rates.model import Rate

State = Literal[
    "requested",
    "sent_back",
    "rejected",
    "withdrawn",
    "approved",
    "ordered",
    "partly_received",
    "received",
    "partly_invoiced",
    "invoiced",
    "paid",
    "cancelled",
    "closed",
]
UNDER_WAY: frozenset[State] = frozenset(
    {"ordered", "partly_received", "received", "partly_invoiced", "invoiced", "paid"}
)
CANCELLABLE: frozenset[State] = frozenset(
    {"approved", "ordered", "partly_received", "received", "partly_invoiced"}
)


class Purchase(Aggregate, Base):
    """What somebody asks to buy. Whoever changes it, a receipt or an invoice of it locks this row first.

    Its figures are in the currency of the budget, its prices and invoices in ``price_currency``.
    """

    __tablename__ = "purchases"
    __table_args__ = (
        UniqueConstraint("department", "order_number"),
        Index("ix_purchases_requested_by_id", "requested_by", "id"),
    )

    budget_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    campaign_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    campaign_code: Mapped[str] = mapped_column(String(64))
    department: Mapped[str] = mapped_column(String(64), index=True)
    supplier_id: Mapped[UUID] = mapped_column(ForeignKey("suppliers.id"), index=True)
    requested_by: Mapped[str] = mapped_column(String(255))
    requested_at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(String(2000))
    currency: Mapped[str] = mapped_column(String(3))
    documents: Mapped[list[str]] = mapped_column(Document)
    request_version: Mapped[int] = mapped_column(default=1)
    approval_id: Mapped[UUID] = mapped_column(Uuid)
    state: Mapped[State] = mapped_column(String(16))
    outcome_reason: Mapped[str] = mapped_column(String(2000), default="")
    order_number: Mapped[str | None] = mapped_column(String(80))
    ordered_at: Mapped[datetime | None] = mapped_column(Moment)
    expected_on: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    lines: Mapped[list["PurchaseLine"]] = relationship(
        order_by="PurchaseLine.position", lazy="raise", cascade="all, delete-orphan"
    )

    @property
    def total(self) -> Decimal:
        """What is asked for."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def price_currency(self) -> str:
        return self.lines[0].price_currency if self.lines else self.currency

    @property
    def original_total(self) -> Decimal:
        """What is asked for, in the currency of its prices."""
        return sum((line.original_amount for line in self.lines), ZERO)

    @property
    def granted(self) -> Decimal:
        return sum((line.granted for line in self.lines), ZERO)

    @property
    def committed(self) -> Decimal:
        return sum((line.committed for line in self.lines), ZERO)

    @property
    def incurred(self) -> Decimal:
        return sum((line.incurred for line in self.lines), ZERO)

    @property
    def costliest(self) -> "PurchaseLine":
        return max(self.lines, key=lambda line: (line.amount, -line.position))

    @property
    def digest(self) -> str:
        """SHA-256 over what an approver agrees to."""
        lines = [line.judged for line in self.lines]
        judged = [str(self.supplier_id), self.currency, self.reason, self.requested_by, self.documents, lines]
        return hashlib.sha256(json.dumps(judged).encode()).hexdigest()

    def require(self, *states: State, to: str) -> None:
        """Raises Conflict unless it is in one of ``states``."""
        if self.state not in states:
            raise Conflict(f"The purchase is {self.state} and cannot be {to}.")

    def line(self, item_id: UUID) -> "PurchaseLine | None":
        return next((line for line in self.lines if line.id == item_id), None)

    def advance(self, *, settled: bool = False) -> None:
        """Follow what arrived and was invoiced; ``settled``: no invoice waits to be paid. Ended ones stay."""
        if self.state in UNDER_WAY:
            self.state = progress([line for line in self.lines if line.granted > 0], settled=settled)


class PurchaseLine(Audited, Base):
    """One thing to buy, with what became of it. ``committed`` and ``incurred`` are its part of the ledger.

    A price in another currency than the budget's is ``converted`` once, when it is asked for, at
    ``exchange_rate``.
    """

    __tablename__ = "purchase_lines"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    purchase_id: Mapped[UUID] = mapped_column(ForeignKey("purchases.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(ForeignKey("purchase_kinds.code"))
    description: Mapped[str] = mapped_column(String(2000))
    quantity: Mapped[Decimal] = mapped_column(Amount)
    unit_price: Mapped[Decimal] = mapped_column(Amount)
    price_currency: Mapped[str] = mapped_column(String(3), server_default="")
    converted: Mapped[Decimal | None] = mapped_column(Amount)
    exchange_rate: Mapped[Decimal | None] = mapped_column(Rate)
    exchange_rate_on: Mapped[date | None]
    currency: Mapped[str] = mapped_column(String(3))
    line_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    needed_on: Mapped[date | None]
    granted: Mapped[Decimal] = mapped_column(Amount)
    received: Mapped[Decimal] = mapped_column(Amount)
    invoiced: Mapped[Decimal] = mapped_column(Amount)
    committed: Mapped[Decimal] = mapped_column(Amount)
    incurred: Mapped[Decimal] = mapped_column(Amount)

    def __init__(self, **values: Any) -> None:
        nothing = dict.fromkeys(("granted", "received", "invoiced", "committed", "incurred"), ZERO)
        values = {"price_currency": values.get("currency"), **values}
        super().__init__(**{"id": new_id(), **nothing, **values})

    @property
    def original_amount(self) -> Decimal:
        """What it costs in the currency of its price."""
        return price(self.quantity, self.unit_price, self.price_currency)

    @property
    def amount(self) -> Decimal:
        return self.original_amount if self.converted is None else self.converted

    @property
    def judged(self) -> list[str]:
        figures = (f"{self.quantity.normalize():f}", f"{self.unit_price.normalize():f}")
        told = [str(self.line_id), self.kind, self.description, *figures, str(self.needed_on)]
        return told if self.converted is None else [*told, f"{self.converted.normalize():f}", self.at_rate]

    @property
    def at_rate(self) -> str:
        """What it costs before it is converted, and how that is done."""
        assert self.exchange_rate is not None
        spent = f"{in_currency(self.original_amount, self.price_currency)} {self.price_currency}"
        return f"{spent} at {self.exchange_rate.normalize():f} of {self.exchange_rate_on}"

    @property
    def standing(self) -> Standing:
        return Standing(
            description=self.description,
            quantity=self.quantity,
            unit_price=self.unit_price,
            granted=self.granted,
            received=self.received,
            invoiced=self.invoiced,
            incurred=self.incurred,
            cut=self.granted < self.amount,
        )


class Receipt(Base):
    """How much of a line arrived, once. Rows are only ever added."""

    __tablename__ = "purchase_receipts"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    purchase_id: Mapped[UUID] = mapped_column(ForeignKey("purchases.id"), index=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("purchase_lines.id"))
    quantity: Mapped[Decimal] = mapped_column(Amount)
    note: Mapped[str] = mapped_column(String(2000))
    documents: Mapped[list[str]] = mapped_column(Document)
    received_by: Mapped[str] = mapped_column(String(255))
    received_at: Mapped[datetime] = mapped_column(Moment)


class PurchaseKind(Audited, Base):
    """A code for what is bought, such as print. Shipped as data, to be added to."""

    __tablename__ = "purchase_kinds"
    audited_by = "trail_id"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(2000))

    @property
    def trail_id(self) -> UUID:
        """What the audit trail knows it by, which takes ids alone: the same for the same code."""
        return uuid5(NAMESPACE_URL, f"{self.__tablename__}/{self.code}")


class OrderNumbers(Base):
    """The last order number of a department. Counted in the order's transaction, so that none is skipped."""

    __tablename__ = "order_numbers"

    department: Mapped[str] = mapped_column(String(64), primary_key=True)
    last: Mapped[int]


def progress(lines: Iterable[PurchaseLine], *, settled: bool) -> State:
    """The state of an order whose ``lines`` were granted something."""
    lines = list(lines)
    if all(line.invoiced >= line.quantity for line in lines):
        return "paid" if settled else "invoiced"
    if any(line.invoiced > 0 for line in lines):
        return "partly_invoiced"
    if all(line.received >= line.quantity for line in lines):
        return "received"
    return "partly_received" if any(line.received > 0 for line in lines) else "ordered"
