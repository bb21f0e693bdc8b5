"""A form that somebody sent, as far as lead is concerned."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document, Moment
from services.lead.base import Base

FOUND: Final = "found"
CREATED: Final = "created"
ANONYMOUS: Final = "anonymous"
UNREACHABLE: Final = "unreachable"
OUTCOMES = (FOUND, CREATED, ANONYMOUS, UNREACHABLE)


class Submission(Base):
    """Once for each submission that was confirmed; ``id`` is that of the event.

    ``outcome`` tells where the contact comes from: found, created, or none since nobody said who they are
    (anonymous), or no address of theirs can be one (unreachable).
    """

    __tablename__ = "submissions"
    __table_args__ = (Index(None, "contact_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    form_id: Mapped[UUID]
    form_code: Mapped[str] = mapped_column(Text)
    campaign_id: Mapped[UUID | None]
    department: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.id"))
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("leads.id"))
    answers: Mapped[dict[str, Any]] = mapped_column(Document)
    submitted_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
