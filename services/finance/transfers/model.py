"""A transfer and the states it goes through: requested → carried out, rejected or withdrawn."""

import hashlib
import json
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy import String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Moment
from chassis.database import Aggregate
from chassis.errors import Conflict
from services.finance.base import Base
from services.finance.money import in_currency

Settlement = Literal["carried_out", "rejected", "withdrawn"]
State = Literal["requested", "carried_out", "rejected", "withdrawn"]


class Transfer(Aggregate, Base):
    """Budget that is to move between lines. Until it is decided, the amount is reserved on the first line.

    ``department`` is that of the line that gives; those who read the one that takes see it too.
    """

    __tablename__ = "transfers"

    from_budget_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    from_line_id: Mapped[UUID] = mapped_column(Uuid)
    to_budget_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    to_line_id: Mapped[UUID] = mapped_column(Uuid)
    department: Mapped[str] = mapped_column(String(64), index=True)
    to_department: Mapped[str] = mapped_column(String(64), index=True)
    approval_id: Mapped[UUID] = mapped_column(Uuid)
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(2000))
    state: Mapped[State] = mapped_column(String(16))
    comment: Mapped[str] = mapped_column(String(2000))
    requested_by: Mapped[str] = mapped_column(String(255))
    requested_at: Mapped[datetime] = mapped_column(Moment)
    settled_by: Mapped[str | None] = mapped_column(String(255))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def digest(self) -> str:
        """SHA-256 over what an approver agrees to."""
        amount = str(in_currency(self.amount, self.currency))
        judged = [str(self.from_line_id), str(self.to_line_id), amount, self.currency, self.reason]
        return hashlib.sha256(json.dumps(judged).encode()).hexdigest()

    def settle(self, outcome: Settlement, *, by: str, at: datetime, comment: str = "") -> None:
        """End it. Raises Conflict when it has ended already."""
        if self.state != "requested":
            raise Conflict(f"The transfer is {self.state} and cannot become {outcome}.")
        self.state, self.settled_by, self.settled_at, self.comment = outcome, by, at, comment
