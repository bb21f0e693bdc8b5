"""Events of a campaign's plan and its life."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.event import (
    Code,
    Currency,
    Event,
    Moment,
    Money,
    Part,
    Subject,
    Text,
    event,
)


class Goal(Part, kw_only=True):
    """A numeric goal: reach ``target`` of ``metric`` (e.g. ``valid_leads``, ``responses``, ``revenue``)."""

    metric: Code
    target: Decimal


class BudgetLine(Part, kw_only=True):
    """A planned budget line. ``amount`` is in the plan's currency.

    ``kind`` says what it pays for (``print``, ``venue``), ``responsible`` who answers for it (the plan's
    submitter if none). ``on_breach``: what happens when more is asked for than is available.
    """

    line_id: UUID
    name: Text
    amount: Decimal
    kind: Code | None = None
    responsible: Subject | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    on_breach: Literal["stop", "warn", "ignore"] = "stop"


class PlannedTask(Part, kw_only=True):
    """A task as planned. ``share`` is what it draws on a budget line, in the plan's currency."""

    name: Text
    assignee: Subject | None = None
    starts_on: date
    ends_on: date
    share: Decimal


@event("campaign.designed.v1", producer="campaign")
class CampaignDesigned(Event, kw_only=True):
    """A campaign was planned, or its draft was changed: the whole plan as it now stands."""

    campaign_id: UUID
    code: Code
    name: Text
    kind: Code
    purposes: list[Code]
    owner: Subject
    department: Code
    region: Code | None = None
    starts_on: date
    ends_on: date
    currency: Currency
    goals: list[Goal]
    budget: list[BudgetLine]
    segment_id: UUID | None = None
    parent_id: UUID | None = None


@event("campaign.submitted.v1", producer="campaign")
class CampaignSubmitted(Event, kw_only=True):
    """A plan was handed in for approval. ``plan_hash`` fixes the content that is to be judged.

    ``tasks`` are listed where they are few; the hash covers them in any case.
    """

    campaign_id: UUID
    code: Code
    name: Text
    department: Code
    plan_version: Annotated[int, msgspec.Meta(ge=1)]
    plan_hash: Annotated[str, msgspec.Meta(min_length=64, max_length=64)]
    submitted_by: Subject
    submitted_at: Moment
    total: Money
    budget: list[BudgetLine]
    tasks: Annotated[list[PlannedTask], msgspec.Meta(max_length=50)] = msgspec.field(default_factory=list)


@event("campaign.approved.v1", producer="campaign")
class CampaignApproved(Event, kw_only=True):
    """The plan passed; its version is frozen and the campaign may be started."""

    campaign_id: UUID
    plan_version: int
    approval_id: UUID
    approved_at: Moment


@event("campaign.returned.v1", producer="campaign")
class CampaignReturned(Event, kw_only=True):
    """The plan was rejected or sent back and is a draft again."""

    campaign_id: UUID
    plan_version: int
    approval_id: UUID
    outcome: Literal["rejected", "sent_back"]
    comment: Text = ""


@event("campaign.paused.v1", producer="campaign")
class CampaignPaused(Event, kw_only=True):
    """The campaign stands still until it is resumed."""

    campaign_id: UUID
    at: Moment
    by: Subject


@event("campaign.resumed.v1", producer="campaign")
class CampaignResumed(Event, kw_only=True):
    """A paused campaign goes on."""

    campaign_id: UUID
    at: Moment
    by: Subject


@event("campaign.completed.v1", producer="campaign")
class CampaignCompleted(Event, kw_only=True):
    """The campaign is over; what it cost is still to be settled."""

    campaign_id: UUID
    at: Moment
    by: Subject


@event("campaign.cancelled.v1", producer="campaign")
class CampaignCancelled(Event, kw_only=True):
    """The campaign was given up."""

    campaign_id: UUID
    at: Moment
    by: Subject
