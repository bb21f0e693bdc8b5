"""Regions and territories."""

from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Aggregate
from services.lead.base import Base

REGION: Final = "region"
TERRITORY: Final = "territory"
KINDS = (REGION, TERRITORY)


class Region(Aggregate, Base):
    """A region, or a territory that somebody sells in; contacts, customers and leads hold its ``code``.

    A retired one is still found by those who have it.
    """

    __tablename__ = "regions"
    __table_args__ = (UniqueConstraint("department", "code"), Index(None, "parent_id"))

    department: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("regions.id"))
    retired: Mapped[bool] = mapped_column(default=False)
