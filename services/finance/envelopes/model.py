"""An envelope and the entries that explain how much of it is allotted."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Moment
from chassis.database import Aggregate
from chassis.errors import Conflict
from chassis.ids import new_id
from services.finance.base import Base
from services.finance.budgets.ledger import OnBreach
from services.finance.money import in_currency

EntryKind = Literal["set", "draw"]


class Envelope(Aggregate, Base):
    """An amount for the campaigns of a department that start in a period. Whoever draws locks this row first.

    available = amount - allotted, and below zero only where ``on_breach`` is not ``stop``.
    """

    __tablename__ = "envelopes"
    __table_args__ = (
        CheckConstraint("on_breach <> 'stop' OR amount - allotted >= 0", name="not_overdrawn"),
        CheckConstraint("amount >= 0", name="not_negative"),
        UniqueConstraint("department", "currency", "starts_on"),
    )

    department: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal] = mapped_column(Amount)
    allotted: Mapped[Decimal] = mapped_column(Amount)
    on_breach: Mapped[OnBreach] = mapped_column(String(8))
    opened_by: Mapped[str] = mapped_column(String(255))
    opened_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def available(self) -> Decimal:
        return self.amount - self.allotted

    def draw(self, amount: Decimal) -> bool:
        """Allot ``amount`` more, or less. Returns whether that breaches it; raises Conflict if it may not."""
        short = amount > self.available and amount > 0
        if short and self.on_breach == "stop":
            raise Conflict(
                f"The envelope {self.name} of {self.department} has {self._shown(self.available)} available,"
                f" {self._shown(amount)} is asked for."
            )
        self.allotted += amount
        return short

    def set(self, *, amount: Decimal, on_breach: OnBreach) -> None:
        """Change what it has. Raises Conflict when it stops breaches and more is allotted already."""
        if on_breach == "stop" and amount < self.allotted:
            raise Conflict(f"{self._shown(self.allotted)} of the envelope is allotted already.")
        self.amount, self.on_breach = amount, on_breach

    def _shown(self, amount: Decimal) -> str:
        return f"{in_currency(amount, self.currency)} {self.currency}"


class EnvelopeEntry(Base):
    """One change of an envelope, with its figures right after it. Rows are only ever added."""

    __tablename__ = "envelope_entries"
    __table_args__ = (
        UniqueConstraint("envelope_id", "sequence"),
        Index("ix_envelope_entries_budget_id", "budget_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    envelope_id: Mapped[UUID] = mapped_column(ForeignKey("envelopes.id"))
    sequence: Mapped[int]
    kind: Mapped[EntryKind] = mapped_column(String(16))
    budget_id: Mapped[UUID | None] = mapped_column(Uuid)
    change: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal] = mapped_column(Amount)
    allotted: Mapped[Decimal] = mapped_column(Amount)
    note: Mapped[str] = mapped_column(String(2000))
    posted_by: Mapped[str] = mapped_column(String(255))
    posted_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def available(self) -> Decimal:
        return self.amount - self.allotted
