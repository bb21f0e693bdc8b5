"""Sources and their costs."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Moment
from chassis.database import Audited
from services.lead.base import Base
from services.lead.trees import Node

KINDS = ("media", "website", "event", "recommendation", "rep")


class Source(Node, Base):
    """Where contacts and leads come from; they hold its ``code``."""

    __tablename__ = "sources"


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
