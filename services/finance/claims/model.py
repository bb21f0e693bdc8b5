"""A claim and the states it goes through.

submitted → approved → paid; rejected while it waits for approval; withdrawn until it is paid.
"""

import hashlib
import json
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy import Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Moment
from chassis.database import Aggregate
from chassis.errors import Conflict
from services.finance.base import Base
from services.finance.money import in_currency

State = Literal["submitted", "approved", "paid", "rejected", "withdrawn"]
Settlement = Literal["paid", "rejected", "withdrawn"]

LEADS_FROM: dict[State, tuple[State, ...]] = {
    "approved": ("submitted",),
    "rejected": ("submitted",),
    "withdrawn": ("submitted", "approved"),
    "paid": ("approved",),
}


class Claim(Aggregate, Base):
    """Money that somebody asks for. The amount is committed from submission until the claim is settled.

    ``line_id`` and ``budget_id`` are no foreign keys: checking them would lock the line for all other claims,
    and the ledger, which is in the same transaction, has them.
    """

    __tablename__ = "claims"
    __table_args__ = (Index("ix_claims_claimant_id", "claimant", "id"),)

    line_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    budget_id: Mapped[UUID] = mapped_column(Uuid)
    campaign_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    department: Mapped[str] = mapped_column(String(64), index=True)
    approval_id: Mapped[UUID] = mapped_column(Uuid)
    claimant: Mapped[str] = mapped_column(String(255))
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    purpose: Mapped[str] = mapped_column(String(2000))
    state: Mapped[State] = mapped_column(String(16), default="submitted")
    reason: Mapped[str] = mapped_column(String(2000), default="")
    submitted_at: Mapped[datetime] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_by: Mapped[str | None] = mapped_column(String(255))

    @property
    def digest(self) -> str:
        """SHA-256 over what an approver agrees to."""
        amount = str(in_currency(self.amount, self.currency))
        judged = [str(self.line_id), amount, self.currency, self.purpose, self.claimant]
        return hashlib.sha256(json.dumps(judged).encode()).hexdigest()

    def approve(self) -> None:
        """Free it for payment. Raises Conflict unless it waits for approval."""
        self._become("approved")

    def settle(self, outcome: Settlement, *, by: str, at: datetime, reason: str = "") -> None:
        """End it. Raises Conflict when it has ended already, or is to be paid without approval."""
        self._become(outcome)
        self.settled_by, self.settled_at, self.reason = by, at, reason

    def _become(self, state: State) -> None:
        if self.state not in LEADS_FROM[state]:
            raise Conflict(f"The claim is {self.state} and cannot become {state}.")
        self.state = state
