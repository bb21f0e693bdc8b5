"""A calendar feed: what a calendar program may read without signing in, until its owner revokes it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document, Moment
from chassis.database import Aggregate
from services.campaign.base import Base


class CalendarFeed(Aggregate, Base):
    """The owner's own tasks, or those of ``campaign_id``, in the ``departments`` that were his then.

    No event tells of feeds, so their version is counted here.
    """

    __tablename__ = "calendar_feeds"
    __table_args__ = (Index(None, "owner", "id"),)

    owner: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(200))
    campaign_id: Mapped[UUID | None] = mapped_column(ForeignKey("campaigns.id"))
    departments: Mapped[list[str]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def scope(self) -> str:
        return "mine" if self.campaign_id is None else "campaign"

    def revoke(self, at: datetime) -> None:
        """From now on nobody reads it."""
        if self.revoked_at is None:
            self.revoked_at = at
            self.version += 1
