"""Who works a target, and the sharing-out that said so."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document, Moment
from chassis.database import Aggregate
from services.campaign.base import Base


class Sharing(Aggregate, Base):
    """One sharing-out: by which ``rule``, among which ``statuses`` (none: all), and who got how many.

    ``left`` counts the targets that the rule gives to nobody.
    """

    __tablename__ = "sharings"
    __table_args__ = (Index(None, "campaign_id", "id"),)

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"))
    rule: Mapped[dict[str, Any]] = mapped_column(Document)
    statuses: Mapped[list[str]] = mapped_column(Document)
    shared: Mapped[dict[str, int]] = mapped_column(Document)
    left: Mapped[int]
    shared_by: Mapped[str] = mapped_column(String(255))
    shared_at: Mapped[datetime] = mapped_column(Moment)


class Share(Base):
    """A target that ``assignee`` works. Once ``worked_at`` is set it stays with them."""

    __tablename__ = "shares"
    __table_args__ = (Index(None, "assignee", "target_id"), Index(None, "campaign_id"))

    target_id: Mapped[UUID] = mapped_column(ForeignKey("targets.id"), primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"))
    sharing_id: Mapped[UUID] = mapped_column(ForeignKey("sharings.id"))
    assignee: Mapped[str] = mapped_column(String(255))
    shared_at: Mapped[datetime] = mapped_column(Moment)
    worked_at: Mapped[datetime | None] = mapped_column(Moment)
