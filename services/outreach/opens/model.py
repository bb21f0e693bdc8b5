"""An open: that a copy's image was fetched, with our verdict beside it.

Neither the address of the recipient nor that of their machine is kept.
"""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Table, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Moment
from services.outreach.base import Base


class Open(Base):
    """The opens of a copy by persons, or those by machines. ``rule`` is what told them apart first."""

    __tablename__ = "opens"
    __table_args__ = (
        Index(
            "ix_opens_unreported",
            "mailing_id",
            postgresql_where=text("reported_at IS NULL"),
            sqlite_where=text("reported_at IS NULL"),
        ),
    )

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"), primary_key=True)
    machine: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    mailing_id: Mapped[UUID] = mapped_column(Uuid)
    target_id: Mapped[UUID] = mapped_column(Uuid)
    rule: Mapped[str] = mapped_column(Text)
    agent: Mapped[str] = mapped_column(Text)
    count: Mapped[int]
    first_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)
    reported_at: Mapped[datetime | None] = mapped_column(Moment)


opens = cast(Table, Open.__table__)
