"""Projected tables of leads' touches and worth, of satisfaction, and of what was heard of copies.

They are folded as those of ``projections.model`` are, and nobody edits their rows.
"""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Moment
from services.reporting.base import Base


class LeadTouch(Base):
    """A time that a lead was heard of, the capture first. ``source`` and ``campaign_id`` say by what way."""

    __tablename__ = "lead_touches"

    lead_id: Mapped[UUID] = mapped_column(primary_key=True)
    touch_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(default=0)
    campaign_id: Mapped[UUID | None]
    department: Mapped[str | None] = mapped_column(String(64))
    source: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[str | None] = mapped_column(String(64))
    touched_at: Mapped[datetime | None] = mapped_column(Moment)


class LeadWorth(Base):
    """Whose lead it is, what it was judged to be worth, and the amount of the opportunity that it became."""

    __tablename__ = "lead_worths"

    lead_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_sequence: Mapped[int] = mapped_column(default=0)
    contact_id: Mapped[UUID | None] = mapped_column(index=True)
    judgement_sequence: Mapped[int] = mapped_column(default=0)
    value: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str | None] = mapped_column(String(3))
    acceptance_sequence: Mapped[int] = mapped_column(default=0)
    accepted_by: Mapped[str | None] = mapped_column(String(255))
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    conversion_sequence: Mapped[int] = mapped_column(default=0)
    opportunity_id: Mapped[UUID | None]
    amount: Mapped[Decimal | None] = mapped_column(Amount)
    amount_currency: Mapped[str | None] = mapped_column(String(3))
    converted_by: Mapped[str | None] = mapped_column(String(255))
    converted_at: Mapped[datetime | None] = mapped_column(Moment)
    returns: Mapped[int] = mapped_column(default=0)


class Source(Base):
    """A source that leads come from; it may stand below another one of its department."""

    __tablename__ = "sources"

    source_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(default=0)
    department: Mapped[str | None] = mapped_column(String(64))
    code: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str | None] = mapped_column(Text)
    parent_id: Mapped[UUID | None]


class Satisfaction(Base):
    """The sums of what people expected of one side and how it was, over answers that told both."""

    __tablename__ = "satisfactions"

    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    side: Mapped[str] = mapped_column(String(64), primary_key=True)
    answers: Mapped[int] = mapped_column(default=0)
    expectation: Mapped[Decimal] = mapped_column(Amount, default=Decimal())
    experience: Mapped[Decimal] = mapped_column(Amount, default=Decimal())


class MailingFeedback(Base):
    """How many copies of a mailing were heard of after they were handed over, by what was heard."""

    __tablename__ = "mailing_feedbacks"

    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    mailing_id: Mapped[UUID] = mapped_column(primary_key=True)
    delivered: Mapped[int] = mapped_column(default=0)
    bounced_hard: Mapped[int] = mapped_column(default=0)
    bounced_soft: Mapped[int] = mapped_column(default=0)
    complained: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)
    opened_by_machines: Mapped[int] = mapped_column(default=0)


class Suppression(Base):
    """Somebody who must not be reached over a channel, perhaps because of a campaign, until it is lifted."""

    __tablename__ = "suppressions"

    suppression_id: Mapped[UUID] = mapped_column(primary_key=True)
    added_sequence: Mapped[int] = mapped_column(default=0)
    campaign_id: Mapped[UUID | None]
    channel: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(String(16))
    lifted_sequence: Mapped[int] = mapped_column(default=0)
    lifted_at: Mapped[datetime | None] = mapped_column(Moment)
