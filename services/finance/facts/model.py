"""Campaigns and their leads as finance knows them.

Every fact has a column of its own, and the state follows from them, so that it does not matter in which
order they come, nor whether a lead comes before its campaign.
"""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Moment
from services.finance.base import Base

CampaignState = Literal["planned", "starting", "running", "completed", "cancelled"]


class CampaignFacts(Base):
    """A campaign. What nobody has told yet is None, and the targets of one not launched are nothing."""

    __tablename__ = "campaign_facts"

    campaign_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    code: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str | None] = mapped_column(String(2000))
    department: Mapped[str | None] = mapped_column(String(64))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    targets: Mapped[int]
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    launched_at: Mapped[datetime | None] = mapped_column(Moment)
    completed_at: Mapped[datetime | None] = mapped_column(Moment)
    cancelled_at: Mapped[datetime | None] = mapped_column(Moment)

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"targets": 0, **values})

    @property
    def state(self) -> CampaignState:
        """Where the campaign stands, as far as money is concerned: one that is paused is running."""
        if self.cancelled_at is not None:
            return "cancelled"
        if self.completed_at is not None:
            return "completed"
        if self.launched_at is not None:
            return "running"
        return "planned" if self.started_at is None else "starting"

    @property
    def has_ended(self) -> bool:
        return self.state in ("completed", "cancelled")

    @property
    def ended_at(self) -> datetime | None:
        """When it ended; a completed campaign that is cancelled had ended before."""
        return self.completed_at or self.cancelled_at


class CampaignLead(Base):
    """A lead that came from a campaign."""

    __tablename__ = "campaign_leads"
    __table_args__ = (Index("ix_campaign_leads_campaign_id_captured_at", "campaign_id", "captured_at"),)

    lead_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(Uuid)
    captured_at: Mapped[datetime] = mapped_column(Moment)
