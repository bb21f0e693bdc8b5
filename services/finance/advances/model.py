"""An advance and the states it goes through.

requested → approved → paid → settled; rejected while it waits for approval, withdrawn until it is paid.
"""

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.clock import now
from chassis.columns import Amount, Moment
from chassis.database import Aggregate
from chassis.errors import Conflict
from chassis.ids import new_id
from services.finance.advances.rules import Figures
from services.finance.base import Base
from services.finance.budgets.ledger import ZERO
from services.finance.money import in_currency

State = Literal["requested", "approved", "paid", "settled", "rejected", "withdrawn"]
Refusal = Literal["rejected", "withdrawn"]
EntryKind = Literal["claim", "repayment"]

LEADS_FROM: dict[State, tuple[State, ...]] = {
    "approved": ("requested",),
    "rejected": ("requested",),
    "withdrawn": ("requested", "approved"),
    "paid": ("approved",),
    "settled": ("paid",),
}


class Advance(Aggregate, Base):
    """Money that somebody gets before it is spent. What is open of it is committed on its line.

    ``used`` is what claims were set off against it, ``repaid`` what came back.
    """

    __tablename__ = "advances"
    __table_args__ = (Index("ix_advances_person_budget_id_state", "person", "budget_id", "state"),)

    line_id: Mapped[UUID] = mapped_column(Uuid)
    budget_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    campaign_id: Mapped[UUID] = mapped_column(Uuid)
    department: Mapped[str] = mapped_column(String(64), index=True)
    approval_id: Mapped[UUID] = mapped_column(Uuid)
    person: Mapped[str] = mapped_column(String(255))
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    purpose: Mapped[str] = mapped_column(String(2000))
    needed_on: Mapped[date] = mapped_column(Date)
    state: Mapped[State] = mapped_column(String(16), default="requested")
    reason: Mapped[str] = mapped_column(String(2000), default="")
    used: Mapped[Decimal] = mapped_column(Amount, default=ZERO)
    repaid: Mapped[Decimal] = mapped_column(Amount, default=ZERO)
    requested_at: Mapped[datetime] = mapped_column(Moment)
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    paid_at: Mapped[datetime | None] = mapped_column(Moment)
    paid_by: Mapped[str | None] = mapped_column(String(255))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    entries: Mapped[list["AdvanceEntry"]] = relationship(order_by="AdvanceEntry.id", lazy="selectin")

    @property
    def digest(self) -> str:
        """SHA-256 over what an approver agrees to."""
        amount = str(in_currency(self.amount, self.currency))
        judged = [str(self.line_id), amount, self.currency, self.purpose, self.person]
        return hashlib.sha256(json.dumps([*judged, self.needed_on.isoformat()]).encode()).hexdigest()

    @property
    def open(self) -> Decimal:
        """What the person still has of it: nothing before it is paid."""
        return self._figures.open if self.state == "paid" else ZERO

    @property
    def age_in_days(self) -> int | None:
        """For how long it has been paid out without being settled."""
        return (now() - self.paid_at).days if self.paid_at and self.state == "paid" else None

    def approve(self, *, at: datetime) -> None:
        """Free it for payment. Raises Conflict unless it waits for approval."""
        self._become("approved")
        self.approved_at = at

    def refuse(self, outcome: Refusal, *, at: datetime, reason: str = "") -> None:
        """End it before it is paid. Raises Conflict where it cannot end like that."""
        self._become(outcome)
        self.ended_at, self.reason = at, reason

    def pay(self, *, by: str, at: datetime) -> None:
        """Note that the person has the money. Raises Conflict unless it is approved."""
        self._become("paid")
        self.paid_by, self.paid_at = by, at

    def settle(self, entry: "AdvanceEntry") -> None:
        """Set off a claim against it, or take money back. Nothing left ends it.

        Raises Conflict unless it is paid, and for more than is open.
        """
        if self.state != "paid":
            raise Conflict(f"The advance is {self.state}: nothing is open of it.")
        if entry.amount > self.open:
            shown = in_currency(self.open, self.currency)
            raise Conflict(f"Only {shown} {self.currency} of the advance are open.")
        portion = {"used" if entry.kind == "claim" else "repaid": entry.amount}
        figures = self._figures.after(**portion)
        self.used, self.repaid = figures.used, figures.repaid
        self.entries.append(entry)
        if figures.open == ZERO:
            self._become("settled")
            self.ended_at = entry.noted_at

    @property
    def _figures(self) -> Figures:
        return Figures(self.amount, self.used, self.repaid)

    def _become(self, state: State) -> None:
        if self.state not in LEADS_FROM[state]:
            raise Conflict(f"The advance is {self.state} and cannot become {state}.")
        self.state = state


class AdvanceEntry(Base):
    """A part of an advance that was settled: a claim set off against it, or a repayment. Never changed."""

    __tablename__ = "advance_entries"
    __table_args__ = (Index("ix_advance_entries_advance_id_id", "advance_id", "id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    advance_id: Mapped[UUID] = mapped_column(ForeignKey("advances.id"))
    kind: Mapped[EntryKind] = mapped_column(String(16))
    claim_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    note: Mapped[str] = mapped_column(String(2000), default="")
    noted_by: Mapped[str] = mapped_column(String(255))
    noted_at: Mapped[datetime] = mapped_column(Moment)
