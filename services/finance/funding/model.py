"""What one release of a wave was granted, and how much of it is spent.

granted → ended, or refused at once. Amounts are in the budget's currency; the unit cost may have more
decimals than that, so what is incurred follows from the copies so far, and no rounding adds up over pages.
"""

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy import Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Moment
from chassis.database import Aggregate
from services.finance.base import Base
from services.finance.money import decimals_of

State = Literal["granted", "refused", "ended"]


class Funding(Aggregate, Base):
    """Its id is the one that campaign asks under; a wave that was refused asks again under another.

    ``mailing_id`` is the mailing that spends it. A resend of what was uncertain spends nothing: those copies
    were charged when they may have gone out.
    """

    __tablename__ = "fundings"
    __table_args__ = (
        Index("ix_fundings_wave_id", "wave_id"),
        Index("ix_fundings_budget_id_id", "budget_id", "id"),
    )

    wave_id: Mapped[UUID] = mapped_column(Uuid)
    campaign_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    budget_id: Mapped[UUID | None] = mapped_column(Uuid)
    line_id: Mapped[UUID] = mapped_column(Uuid)
    department: Mapped[str] = mapped_column(String(64), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    unit_cost: Mapped[Decimal] = mapped_column(Amount)
    targets: Mapped[int]
    reserved: Mapped[Decimal] = mapped_column(Amount)
    incurred: Mapped[Decimal] = mapped_column(Amount)
    copies: Mapped[int]
    mailing_id: Mapped[UUID | None] = mapped_column(Uuid)
    state: Mapped[State] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(2000))
    asked_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    def spends(self, mailing_id: UUID) -> bool:
        """Whether the copies of a mailing are paid from this: only those of the wave's first one."""
        if self.mailing_id is None:
            self.mailing_id = mailing_id
        return self.state == "granted" and self.mailing_id == mailing_id

    def charge(self, copies: int) -> Decimal:
        """Count copies that went out, and return by how much that raises what is incurred.

        No more is incurred than was reserved.
        """
        self.copies += copies
        due = min(cost_of(self.copies, self.unit_cost, self.currency), self.reserved)
        raised = due - self.incurred
        self.incurred = due
        return raised

    def end(self, *, at: datetime) -> Decimal:
        """Nothing more goes out. Returns what is left of the reservation."""
        self.state, self.ended_at = "ended", at
        return self.reserved - self.incurred


def cost_of(copies: int, unit_cost: Decimal, currency: str) -> Decimal:
    """What so many copies cost, rounded half to even to the currency's decimals."""
    return (unit_cost * copies).quantize(Decimal(1).scaleb(-decimals_of(currency)))
