"""Authority limits, and delegations for a period. Both are ended early, never changed or deleted."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Document, Moment
from chassis.database import Aggregate
from chassis.errors import Conflict
from contracts.finance.approvals import RequestKind
from services.finance.base import Base


class Authority(Aggregate, Base):
    """Somebody may approve up to ``limit``, from ``valid_from`` until right before ``valid_until``.

    Without a kind or a department it holds for all of them.
    """

    __tablename__ = "authorities"
    __table_args__ = (Index("ix_authorities_person_id", "person", "id"),)

    person: Mapped[str] = mapped_column(String(255))
    kind: Mapped[RequestKind | None] = mapped_column(String(16))
    department: Mapped[str | None] = mapped_column(String(64))
    currency: Mapped[str] = mapped_column(String(3))
    limit: Mapped[Decimal] = mapped_column("limit_amount", Amount)
    valid_from: Mapped[datetime] = mapped_column(Moment)
    valid_until: Mapped[datetime | None] = mapped_column(Moment)
    granted_by: Mapped[str] = mapped_column(String(255))
    granted_at: Mapped[datetime] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(String(255))

    def concerns(self, *, kind: str, department: str) -> bool:
        """Whether it is about requests of this kind and department, at whatever time."""
        return self.kind in {None, kind} and self.department in {None, department}

    def in_force(self, at: datetime) -> bool:
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)

    def end(self, *, by: str, at: datetime) -> None:
        """Take it back now. Raises Conflict when it is over already."""
        if self.valid_until is not None and self.valid_until <= at:
            raise Conflict(f"The authority ended at {self.valid_until.isoformat()}.")
        self.valid_until, self.ended_by = at, by


class Delegation(Aggregate, Base):
    """``delegate`` sits on the seat of ``delegator`` for a while; without a delegate he is only away.

    ``roles`` and ``departments`` are what the seat has, kept as they were when it was agreed; ``"*"`` stands
    for every department. Without kinds it holds for all of them. Nobody passes on a seat that was passed
    to him: a delegation carries the delegator's own seat alone.
    """

    __tablename__ = "delegations"
    __table_args__ = (
        Index("ix_delegations_delegate_valid_until", "delegate", "valid_until"),
        Index("ix_delegations_delegator_valid_until", "delegator", "valid_until"),
    )

    delegator: Mapped[str] = mapped_column(String(255))
    delegate: Mapped[str | None] = mapped_column(String(255))
    roles: Mapped[list[str]] = mapped_column(Document)
    departments: Mapped[list[str]] = mapped_column(Document)
    kinds: Mapped[list[RequestKind]] = mapped_column(Document)
    valid_from: Mapped[datetime] = mapped_column(Moment)
    valid_until: Mapped[datetime] = mapped_column(Moment)
    agreed_by: Mapped[str] = mapped_column(String(255))
    agreed_at: Mapped[datetime] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(String(255))

    def end(self, *, by: str, at: datetime) -> None:
        """End it now. Raises Conflict when it is over already."""
        if self.valid_until <= at:
            raise Conflict(f"The delegation ended at {self.valid_until.isoformat()}.")
        self.valid_until, self.ended_by = at, by
