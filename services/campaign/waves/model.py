"""Waves, planned with their campaign and released while it runs, and whom each of them went to.

A follow-up wave comes ``after`` an earlier one and picks among its recipients, each of them once: by the
class of their answer, by their silence, by the score that they gave. Beside sending something it can have
leads or opportunities made of them, or open a sub-campaign for them.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Document, Moment
from chassis.database import Aggregate
from contracts.campaign import Schedule, Trial
from services.campaign.base import Base
from services.campaign.planning.plan import plain

CHANNELS = ("email", "sms", "dm", "fax", "chat")

PLANNED: Final = "planned"
FUNDING: Final = "funding"
RELEASED: Final = "released"
FINISHED: Final = "finished"

OUTREACH: Final = "outreach"
LEADS: Final = "leads"
OPPORTUNITIES: Final = "opportunities"
SUB_CAMPAIGN: Final = "sub_campaign"
ACTIONS = (OUTREACH, LEADS, OPPORTUNITIES, SUB_CAMPAIGN)

BY_HAND: Final = "by_hand"
WHEN_DUE: Final = "when_due"
RELEASES = (BY_HAND, WHEN_DUE)

AS_DRAFT: Final = "draft"
STARTED: Final = "started"
CHILDREN = (AS_DRAFT, STARTED)
"""How a sub-campaign is opened."""

NO_ANSWER: Final = "no_answer"
BOUNCED: Final = "bounced"
SUPPRESSED: Final = "suppressed"
UNCERTAIN: Final = "uncertain"
WAITING: Final = "waiting"
ANSWER_CLASSES = ("interested", "not_interested", "undecided", NO_ANSWER, BOUNCED, SUPPRESSED, UNCERTAIN)
"""What a wave came to with a recipient. One without an outcome is ``waiting``, and never picked by class."""


class Wave(Aggregate, Base):
    """One step of a campaign: sends a template over a channel, or does what ``action`` says.

    ``targets`` and ``pages`` are known from the release on, the four counts of outcomes and
    ``finished_at`` once every recipient is accounted for. A wave that is released ``when_due`` goes at
    ``due_at``, which is known as soon as what it waits for has happened; ``problem`` says why it could not.
    ``child_id`` is the sub-campaign that it opened. One whose copies cost something is in ``funding`` from
    its release until finance has set that aside under ``funding_id``, with those it picked at ``picked_at``.
    """

    __tablename__ = "waves"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"))
    number: Mapped[int]
    channel: Mapped[str | None] = mapped_column(String(16))
    template_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(16))
    targets: Mapped[int | None]
    pages: Mapped[int | None]
    released_at: Mapped[datetime | None] = mapped_column(Moment)
    accepted: Mapped[int | None]
    failed: Mapped[int | None]
    suppressed: Mapped[int | None]
    uncertain: Mapped[int | None]
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    action: Mapped[str] = mapped_column(String(16))
    schedule_row: Mapped[dict[str, Any] | None] = mapped_column("schedule", Document)
    trial_row: Mapped[dict[str, Any] | None] = mapped_column("trial", Document)
    after_id: Mapped[UUID | None] = mapped_column(ForeignKey("waves.id"))
    answer_classes: Mapped[list[str]] = mapped_column(Document)
    silent_days: Mapped[int | None]
    score_at_least: Mapped[Decimal | None] = mapped_column(Amount)
    score_below: Mapped[Decimal | None] = mapped_column(Amount)
    release: Mapped[str] = mapped_column(String(16))
    wait_days: Mapped[int]
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    problem: Mapped[str] = mapped_column(Text)
    template_campaign_id: Mapped[UUID | None]
    template_hash: Mapped[str | None] = mapped_column(String(64))
    child: Mapped[str] = mapped_column(String(16))
    child_id: Mapped[UUID | None]
    unit_cost: Mapped[Decimal | None] = mapped_column(Amount)
    budget_line_id: Mapped[UUID | None]
    funding_id: Mapped[UUID | None]
    picked_at: Mapped[datetime | None] = mapped_column(Moment)

    def __init__(self, **values: Any) -> None:
        blank = {"state": PLANNED, "action": OUTREACH, "release": BY_HAND, "child": AS_DRAFT}
        none = {"answer_classes": [], "wait_days": 0, "problem": ""}
        super().__init__(**{**blank, **none, **values})

    @property
    def schedule(self) -> Schedule | None:
        """When its copies go out; None: at once."""
        return None if self.schedule_row is None else msgspec.convert(self.schedule_row, Schedule)

    @property
    def trial(self) -> Trial | None:
        """The A/B test that it begins with, if any."""
        return None if self.trial_row is None else msgspec.convert(self.trial_row, Trial)

    @property
    def sends(self) -> bool:
        """Whether it is an outreach; the others only do something with those it picks."""
        return self.action == OUTREACH

    @property
    def goes_on(self) -> bool:
        """Whether it may pick again after its release, those who have come to qualify since."""
        return self.action in (LEADS, OPPORTUNITIES)

    @property
    def starts_child(self) -> bool:
        """Whether its sub-campaign shall run at once, as part of what was approved with its own campaign."""
        return self.action == SUB_CAMPAIGN and self.child == STARTED

    def content(self) -> dict[str, Any]:
        """What an approval covers of it, as plain JSON values."""
        least, below = self.score_at_least, self.score_below
        content: dict[str, Any] = {
            "wave_id": str(self.id),
            "number": self.number,
            "action": self.action,
            "channel": self.channel,
            "template_id": _text(self.template_id),
            "schedule": self.schedule_row,
            "trial": self.trial_row,
            "after_id": _text(self.after_id),
            "answer_classes": sorted(self.answer_classes),
            "silent_days": self.silent_days,
            "score_at_least": None if least is None else plain(least),
            "score_below": None if below is None else plain(below),
            "release": self.release,
            "wait_days": self.wait_days,
            "template_campaign_id": _text(self.template_campaign_id),
            "template_hash": self.template_hash,
            "child": self.child,
        }
        if self.unit_cost is not None:
            content |= {"unit_cost": plain(self.unit_cost), "budget_line_id": _text(self.budget_line_id)}
        return content


class WaveRecipient(Base):
    """A target that a wave picked at ``picked_at``, and what came of it.

    ``outcome`` and its ``reason`` are those of the delivery; ``bounce`` (soft, hard, returned) and the
    moments beside it are what was heard after it. ``verdict`` is the last word of the target's answers to
    this wave, ``score`` that of its last survey, or the one that led to a lead.
    """

    __tablename__ = "wave_recipients"
    __table_args__ = (Index(None, "contact_id"),)

    wave_id: Mapped[UUID] = mapped_column(ForeignKey("waves.id"), primary_key=True)
    target_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID]
    picked_at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    outcome_at: Mapped[datetime | None] = mapped_column(Moment)
    bounce: Mapped[str] = mapped_column(String(16))
    bounce_reason: Mapped[str] = mapped_column(Text)
    bounced_at: Mapped[datetime | None] = mapped_column(Moment)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)
    complained_at: Mapped[datetime | None] = mapped_column(Moment)
    verdict: Mapped[str] = mapped_column(String(16))
    verdict_at: Mapped[datetime | None] = mapped_column(Moment)
    score: Mapped[Decimal | None] = mapped_column(Amount)


def _text(key: UUID | None) -> str | None:
    return None if key is None else str(key)
