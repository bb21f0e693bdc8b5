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


class PlannedPurchase(Part, kw_only=True):
    """Something that shall be bought from a budget line. ``amount`` is quantity times price, rounded."""

    item_id: UUID
    line_id: UUID
    kind: Code
    description: Text
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    supplier: Text = ""
    needed_on: date | None = None


class PlannedTask(Part, kw_only=True):
    """A task as planned. ``share`` is what it draws on a budget line, in the plan's currency."""

    name: Text
    assignee: Subject | None = None
    starts_on: date
    ends_on: date
    share: Decimal


class Plan(Event, kw_only=True):
    """What events tell of a whole plan as it now stands. ``region`` is the first of ``regions``."""

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
    regions: list[Code] = []
    is_template: bool = False


@event("campaign.designed.v1", producer="campaign")
class CampaignDesigned(Plan, kw_only=True):
    """A campaign was planned, or its draft was changed: the whole plan as it now stands.

    One with ``is_template`` is only there to be copied and never runs.
    """


@event("campaign.submitted.v1", producer="campaign")
class CampaignSubmitted(Event, kw_only=True):
    """A plan was handed in for approval. ``plan_hash`` fixes the content that is to be judged.

    With ``amendment_id`` it is a change of a campaign that goes on under the plan it has meanwhile, and
    ``reason`` says why: its state changes by no such event, nor by the decision on it. ``tasks`` are listed
    where they are few; the hash covers them in any case.
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
    purchases: list[PlannedPurchase] = []
    starts_on: date | None = None
    ends_on: date | None = None
    amendment_id: UUID | None = None
    reason: Text = ""
    tasks: Annotated[list[PlannedTask], msgspec.Meta(max_length=50)] = []


@event("campaign.approved.v1", producer="campaign")
class CampaignApproved(Event, kw_only=True):
    """The plan passed; its version is frozen and the campaign may be started."""

    campaign_id: UUID
    plan_version: int
    approval_id: UUID
    approved_at: Moment


@event("campaign.returned.v1", producer="campaign")
class CampaignReturned(Event, kw_only=True):
    """The plan was rejected, sent back or withdrawn and is a draft again."""

    campaign_id: UUID
    plan_version: int
    approval_id: UUID
    outcome: Literal["rejected", "sent_back", "withdrawn"]
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


@event("campaign.closed.v1", producer="campaign")
class CampaignClosed(Event, kw_only=True):
    """The budget of a completed campaign was settled: nothing more is spent on it."""

    campaign_id: UUID
    budget_id: UUID
    settlement_id: UUID
    at: Moment
    by: Subject


@event("campaign.reopened.v1", producer="campaign")
class CampaignReopened(Event, kw_only=True):
    """The settlement was taken back: a closed campaign is completed again, and may be settled anew."""

    campaign_id: UUID
    budget_id: UUID
    reason: Text
    at: Moment
    by: Subject
