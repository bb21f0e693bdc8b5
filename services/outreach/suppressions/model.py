"""A suppression: this contact must not be reached over this channel any more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Moment
from chassis.database import Aggregate
from services.outreach.base import Base

CHANNELS = ("email", "sms", "dm", "fax", "chat")


class Suppression(Aggregate, Base):
    """Once for each contact and channel; ``campaign_id`` and ``target_id`` tell what it answered."""

    __tablename__ = "suppressions"
    __table_args__ = (UniqueConstraint("contact_id", "channel"),)

    contact_id: Mapped[UUID] = mapped_column(Uuid)
    channel: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text, index=True)
    reason: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    campaign_id: Mapped[UUID | None] = mapped_column(Uuid)
    target_id: Mapped[UUID | None] = mapped_column(Uuid)
    added_by: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Moment)
