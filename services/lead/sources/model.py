"""Sources and their costs."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Moment
from chassis.database import Aggregate, Audited
from services.lead.base import Base

KINDS = ("media", "website", "event", "recommendation", "rep")


class Source(Aggregate, Base):
    """Where contacts and leads come from; they hold its ``code``. It may stand below another source."""

    __tablename__ = "sources"
    __table_args__ = (UniqueConstraint("department", "code"), Index(None, "parent_id"))

    department: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("sources.id"))
    retired: Mapped[bool] = mapped_column(default=False)


class SourceCost(Audited, Base):
    """What a source cost from ``starts_on`` to ``ends_on``, both days included."""

    __tablename__ = "source_costs"
    __table_args__ = (Index(None, "source_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source_id: Mapped[UUID] = mapped_column(ForeignKey("sources.id"))
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text)
    entered_by: Mapped[str] = mapped_column(Text)
    entered_at: Mapped[datetime] = mapped_column(Moment)
