"""A wave: one outreach step of a campaign, planned with it and released while it runs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Moment
from chassis.database import Aggregate
from services.campaign.base import Base

CHANNELS = ("email", "sms", "dm", "fax", "chat")

PLANNED = "planned"
RELEASED = "released"
FINISHED = "finished"


class Wave(Aggregate, Base):
    """Sends one template over one channel to the campaign's targets.

    ``targets`` and ``pages`` are known from the release on; the four counts of outcomes and
    ``finished_at`` once every recipient is accounted for.
    """

    __tablename__ = "waves"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"))
    number: Mapped[int]
    channel: Mapped[str] = mapped_column(String(16))
    template_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(16))
    targets: Mapped[int | None]
    pages: Mapped[int | None]
    released_at: Mapped[datetime | None] = mapped_column(Moment)
    accepted: Mapped[int | None]
    failed: Mapped[int | None]
    suppressed: Mapped[int | None]
    uncertain: Mapped[int | None]
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
