"""Changes of approved campaigns, each kept for good, and amendments that wait for the approval desk."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document, Moment
from services.campaign.base import Base

PENDING: Final = "pending"
APPROVED: Final = "approved"
REJECTED: Final = "rejected"
SENT_BACK: Final = "sent_back"
WITHDRAWN: Final = "withdrawn"
LAPSED: Final = "lapsed"
STATES = (PENDING, APPROVED, REJECTED, SENT_BACK, WITHDRAWN, LAPSED)


class CampaignChange(Base):
    """One field that was changed, by its path in the plan's content. The database refuses to alter it."""

    __tablename__ = "campaign_changes"
    __table_args__ = (Index(None, "campaign_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str] = mapped_column(String(255))
    field: Mapped[str] = mapped_column(Text)
    before: Mapped[Any] = mapped_column(Document, nullable=True)
    after: Mapped[Any] = mapped_column(Document, nullable=True)
    reason: Mapped[str] = mapped_column(Text)
    amendment_id: Mapped[UUID | None] = mapped_column(ForeignKey("amendments.id"))


class Amendment(Base):
    """A change that needs an approval of its own, handed in as version ``plan_version`` of the plan.

    ``changes`` are the new values of the fields that it changes, ``content`` is the plan that it asks for,
    fixed by ``plan_hash``. ``comment`` is what the desk said.
    """

    __tablename__ = "amendments"
    __table_args__ = (UniqueConstraint("campaign_id", "plan_version"), Index(None, "campaign_id", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"))
    plan_version: Mapped[int]
    plan_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    changes: Mapped[dict[str, Any]] = mapped_column(Document)
    content: Mapped[dict[str, Any]] = mapped_column(Document)
    reason: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(255))
    made_at: Mapped[datetime] = mapped_column(Moment)
    approval_id: Mapped[UUID | None]
    comment: Mapped[str] = mapped_column(Text)
    closed_by: Mapped[str | None] = mapped_column(String(255))
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    def close(
        self,
        state: str,
        *,
        at: datetime,
        by: str | None = None,
        approval_id: UUID | None = None,
        comment: str,
    ) -> None:
        """End it, as approved or in another way."""
        self.state, self.closed_at, self.closed_by = state, at, by
        self.approval_id, self.comment = approval_id, comment
