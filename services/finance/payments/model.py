"""Payees, and payment batches with what is paid in them.

A batch is a draft until its file goes to the bank, and closed once the bank has said what became of it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.columns import Amount, Moment
from chassis.database import Aggregate
from chassis.errors import Conflict, Invalid
from chassis.ids import new_id
from services.finance.base import Base
from services.finance.budgets.ledger import ZERO

BatchState = Literal["draft", "exported", "closed", "cancelled"]
ItemState = Literal["waiting", "paid", "failed", "dropped"]

_SECRET = {"secret": True}


class Payee(Aggregate, Base):
    """Where a person is paid to."""

    __tablename__ = "payees"
    __table_args__ = (UniqueConstraint("department", "person"),)

    department: Mapped[str] = mapped_column(String(64))
    person: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(70), info=_SECRET)
    iban: Mapped[str] = mapped_column(String(34), info=_SECRET)
    bic: Mapped[str] = mapped_column(String(11), info=_SECRET)
    written_by: Mapped[str] = mapped_column(String(255))
    written_at: Mapped[datetime] = mapped_column(Moment)


class PaymentBatch(Aggregate, Base):
    """Payments of one department in one currency, from one account of ours."""

    __tablename__ = "payment_batches"

    department: Mapped[str] = mapped_column(String(64), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    payer_name: Mapped[str] = mapped_column(String(70))
    payer_iban: Mapped[str] = mapped_column(String(34), info=_SECRET)
    payer_bic: Mapped[str] = mapped_column(String(11), info=_SECRET)
    pay_on: Mapped[date] = mapped_column(Date)
    state: Mapped[BatchState] = mapped_column(String(16))
    gathered_by: Mapped[str] = mapped_column(String(255))
    gathered_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    items: Mapped[list["PaymentItem"]] = relationship(order_by="PaymentItem.id", lazy="selectin")

    @property
    def total(self) -> Decimal:
        return sum((item.amount for item in self.items), ZERO)

    @property
    def message_id(self) -> str:
        """What the bank knows the file by: the same for every export of one batch."""
        return self.id.hex

    def export(self) -> bool:
        """Note that its file was made. Returns False when it had been; raises Conflict once it has ended."""
        if self.state == "exported":
            return False
        self._require("draft")
        self.state = "exported"
        return True

    def cancel(self, *, at: datetime) -> None:
        """Give its claims free again. Raises Conflict once a file of it may be with the bank."""
        self._require("draft")
        self.state, self.closed_at = "cancelled", at
        for item in self.items:
            item.state = "dropped"

    def close(self, failed: Mapping[UUID, str], *, at: datetime) -> list["PaymentItem"]:
        """Note what became of every payment. Returns those that went through.

        Raises Conflict unless it was exported, Invalid for a failure that is none of its payments.
        """
        self._require("exported")
        if failed.keys() - {item.id for item in self.items}:
            raise Invalid({"failed": ["Names a payment that is not in the batch."]})
        self.state, self.closed_at = "closed", at
        for item in self.items:
            item.state = "failed" if item.id in failed else "paid"
            item.reason = failed.get(item.id, "")
        return [item for item in self.items if item.state == "paid"]

    def _require(self, state: BatchState) -> None:
        if self.state != state:
            raise Conflict(f"The payment batch is {self.state}, not {state}.")


class PaymentItem(Base):
    """One claim paid in one batch, to the account that its payee had when it was gathered."""

    __tablename__ = "payment_items"
    __table_args__ = (
        Index(
            "uq_payment_items_live_claim",
            "claim_id",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("payment_batches.id"), index=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    person: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(70))
    iban: Mapped[str] = mapped_column(String(34))
    bic: Mapped[str] = mapped_column(String(11))
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    remittance: Mapped[str] = mapped_column(String(140))
    state: Mapped[ItemState] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(2000), default="")
