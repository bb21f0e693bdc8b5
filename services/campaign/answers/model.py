"""A response: one answer of a target, kept for good, with the verdict that was passed on it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Moment
from services.campaign.base import Base

INTERESTED = "interested"
NOT_INTERESTED = "not_interested"
UNDECIDED = "undecided"
VERDICTS = (INTERESTED, NOT_INTERESTED, UNDECIDED)

BY_HAND = ("call", "card", "reply", "attendance")
"""The kinds of answer that people write down; clicks and forms come in by themselves."""

FORM_VERDICTS = {True: INTERESTED, False: NOT_INTERESTED, None: UNDECIDED}


class Response(Base):
    """An answer. Its id is that of the answer it came from, so that no answer is kept twice."""

    __tablename__ = "responses"
    __table_args__ = (Index(None, "campaign_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"))
    target_id: Mapped[UUID] = mapped_column(ForeignKey("targets.id"), index=True)
    contact_id: Mapped[UUID]
    wave_id: Mapped[UUID | None] = mapped_column(ForeignKey("waves.id"))
    kind: Mapped[str] = mapped_column(String(16))
    verdict: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(255))
    responded_at: Mapped[datetime] = mapped_column(Moment)


def verdict_of(*, kind: str, interested: bool | None, click_means: str) -> str:
    """The verdict on an answer that came in by itself: a form says it, a click means what was planned."""
    return FORM_VERDICTS[interested] if kind == "form" else click_means
