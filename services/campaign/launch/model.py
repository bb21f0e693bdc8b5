"""A target: one contact on a campaign's list, and how far it has come."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Moment
from services.campaign.base import Base

TARGETED = "targeted"
CONTACTED = "contacted"
RESPONDED = "responded"
OPTED_OUT = "opted_out"
LEAD = "lead"
OPPORTUNITY = "opportunity"
WON = "won"

STATUSES = (TARGETED, CONTACTED, RESPONDED, OPTED_OUT, LEAD, OPPORTUNITY, WON)
"""In rising rank. A target only moves up, so the order in which news arrives does not matter."""


class Target(Base):
    """A contact that the campaign has snapshotted into its list, once per campaign.

    ``status_at`` is the earliest moment known for the present status. ``source`` is the position of the
    audience's source that the contact came from, ``product`` what those of that source shall hear of.
    """

    __tablename__ = "targets"
    __table_args__ = (
        UniqueConstraint("campaign_id", "contact_id"),
        Index(None, "campaign_id", "id"),
        Index(None, "campaign_id", "status", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"))
    contact_id: Mapped[UUID]
    region: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(16), default=TARGETED)
    status_at: Mapped[datetime] = mapped_column(Moment)
    source: Mapped[int] = mapped_column(default=0)
    product: Mapped[str] = mapped_column(String(64), default="")
