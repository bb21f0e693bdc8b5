"""Work proxies: one rep stands in for another for a while. Ended early, never changed or deleted."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Moment
from chassis.database import Aggregate
from chassis.errors import Conflict
from services.lead.base import Base


class Proxy(Aggregate, Base):
    """``deputy`` works on the leads of ``principal`` from ``valid_from`` until right before ``valid_until``.

    It carries the principal's own leads alone: nobody passes on what was passed to him.
    """

    __tablename__ = "work_proxies"
    __table_args__ = (
        Index(None, "department", "principal", "valid_until"),
        Index(None, "department", "deputy", "valid_until"),
    )

    department: Mapped[str] = mapped_column(String(64))
    principal: Mapped[str] = mapped_column(String(255))
    deputy: Mapped[str] = mapped_column(String(255))
    reason: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[datetime] = mapped_column(Moment)
    valid_until: Mapped[datetime] = mapped_column(Moment)
    agreed_by: Mapped[str] = mapped_column(String(255))
    agreed_at: Mapped[datetime] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(String(255))

    def end(self, *, by: str, at: datetime) -> None:
        """End it now; one that has not begun never does. Raises Conflict when it is over already."""
        if self.valid_until <= at:
            raise Conflict(f"The proxy ended at {self.valid_until.isoformat(timespec='minutes')}")
        self.valid_from, self.valid_until, self.ended_by = min(self.valid_from, at), at, by
