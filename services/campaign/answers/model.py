"""A response: one answer of a target, kept for good, with the verdict that was passed on it.

Beside it, what else is known of a target's way: when it asked to be left alone, and when it became a lead.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Document, Moment
from services.campaign.base import Base

INTERESTED: Final = "interested"
NOT_INTERESTED: Final = "not_interested"
UNDECIDED: Final = "undecided"
VERDICTS = (INTERESTED, NOT_INTERESTED, UNDECIDED)

BY_HAND = ("call", "card", "reply", "attendance", "note")
"""The kinds of answer that people write down; the others come in by themselves."""


class Response(Base):
    """An answer. Its id is that of the answer it came from, so that no answer is kept twice.

    ``wave_id`` is the wave that it answers; ``score`` (0 to 10) and ``sides`` are those of a survey.
    ``judged_by`` and ``judged_at`` tell who passed another verdict than the rules did.
    """

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
    score: Mapped[Decimal | None] = mapped_column(Amount)
    sides: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list)
    form_id: Mapped[UUID | None]
    judged_by: Mapped[str | None] = mapped_column(String(255))
    judged_at: Mapped[datetime | None] = mapped_column(Moment)


class Milestone(Base):
    """When a target first came to ``status``, for those that no delivery or answer tells of.

    ``reference`` is the lead, or the suppression.
    """

    __tablename__ = "milestones"

    target_id: Mapped[UUID] = mapped_column(ForeignKey("targets.id"), primary_key=True)
    status: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    reference: Mapped[UUID]
