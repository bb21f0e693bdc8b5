"""Events of the campaign service: campaigns, waves, and the answers of their targets."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.event import (
    PAGE_LIMIT,
    Code,
    Count,
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
    """A planned budget line. ``amount`` is in the plan's currency."""

    line_id: UUID
    name: Text
    amount: Decimal


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
    """A plan was handed in for approval. ``plan_hash`` fixes the content that is to be judged."""

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


class WantedSegment(Part, kw_only=True):
    """A segment whose contacts are asked for as pages of ``resolution_id``."""

    resolution_id: UUID
    segment_id: UUID


@event("campaign.started.v1", producer="campaign")
class CampaignStarted(Event, kw_only=True):
    """The owner started the campaign. Asks for the contacts of its segments as pages of their resolutions.

    ``segments`` are all that are asked for, those whose contacts are left out among them; the pair above
    it is the first of them. Where the audience has no segment, both ids of the pair are the campaign's own.
    None: the pair is the only one.
    """

    campaign_id: UUID
    code: Code
    name: Text
    department: Code
    owner: Subject
    started_at: Moment
    segment_id: UUID
    resolution_id: UUID
    segments: list[WantedSegment] | None = None


class ListedContact(Part, kw_only=True):
    """One line of a list: who is meant, by id or by email address. ``place`` is its line."""

    place: Count
    contact_id: UUID | None = None
    email: Text | None = None


@event("campaign.contacts_listed.v1", producer="campaign")
class ContactsListed(Event, kw_only=True):
    """A page of a file or of hand-picked contacts, of which ``resolution_id`` shall find those there are.

    Pages count from 1 to ``pages``; each is answered by one page of the resolution, with the list in the
    place of the segment.
    """

    campaign_id: UUID
    department: Code
    list_id: UUID
    resolution_id: UUID
    page: Annotated[int, msgspec.Meta(ge=1)]
    pages: Annotated[int, msgspec.Meta(ge=1)]
    contacts: Annotated[list[ListedContact], msgspec.Meta(max_length=PAGE_LIMIT)]


@event("campaign.launched.v1", producer="campaign")
class CampaignLaunched(Event, kw_only=True):
    """The target list is complete and frozen."""

    campaign_id: UUID
    targets: Count
    launched_at: Moment


@event("campaign.start_failed.v1", producer="campaign")
class CampaignStartFailed(Event, kw_only=True):
    """The segment could not be resolved; the campaign is approved again and may be started anew."""

    campaign_id: UUID
    resolution_id: UUID
    reason: Text


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


class TargetProgress(Part, kw_only=True):
    """One target's new status on its way from targeted to won."""

    target_id: UUID
    contact_id: UUID
    status: Literal["targeted", "contacted", "responded", "lead", "opportunity", "won", "opted_out"]
    at: Moment


@event("campaign.targets_progressed.v1", producer="campaign")
class TargetsProgressed(Event, kw_only=True):
    """A page of targets whose status changed."""

    campaign_id: UUID
    changes: Annotated[list[TargetProgress], msgspec.Meta(max_length=PAGE_LIMIT)]


@event("campaign.responded.v1", producer="campaign")
class CampaignResponded(Event, kw_only=True):
    """A target answered, and the answer was judged. Comes again for a response that is judged anew.

    ``wants_lead``: whether an interested answer is a lead at once; if not, the campaign's follow-ups
    choose who becomes one.
    """

    campaign_id: UUID
    department: Code
    response_id: UUID
    target_id: UUID
    contact_id: UUID
    kind: Literal[
        "click",
        "form",
        "reply",
        "call",
        "attendance",
        "card",
        "sms",
        "survey",
        "registration",
        "check_in",
        "note",
    ]
    verdict: Literal["interested", "not_interested", "undecided"]
    note: Text = ""
    responded_at: Moment
    score: Decimal | None = None
    wants_lead: bool = True


class WantedContact(Part, kw_only=True):
    """A contact whom a follow-up makes a lead or an opportunity, and the score that led there."""

    target_id: UUID
    contact_id: UUID
    score: Decimal | None = None


@event("campaign.leads_wanted.v1", producer="campaign")
class LeadsWanted(Event, kw_only=True):
    """A follow-up asks for leads, or for opportunities, of these targets; one page of them."""

    campaign_id: UUID
    wave_id: UUID
    department: Code
    kind: Literal["lead", "opportunity"]
    reason: Text
    contacts: Annotated[list[WantedContact], msgspec.Meta(max_length=PAGE_LIMIT)]
    wanted_at: Moment


WallClock = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="24 hours, hh:mm")]


class SendWindow(Part, kw_only=True):
    """When copies may go out, on the clock of each contact's time zone. ``days``: Monday is 1."""

    opens: WallClock
    closes: WallClock
    days: Annotated[list[Annotated[int, msgspec.Meta(ge=1, le=7)]], msgspec.Meta(min_length=1, max_length=7)]


class Schedule(Part, kw_only=True):
    """When a wave goes out. Copies that are not out by ``expires_at`` are not sent at all.

    ``local_time`` is wall-clock time (``2026-12-01T09:00``) in each contact's own time zone.
    """

    not_before: Moment | None = None
    local_time: (
        Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d$")] | None
    ) = None
    window: SendWindow | None = None
    expires_at: Moment | None = None


class Variant(Part, kw_only=True):
    """One of the templates that a wave tries; ``share`` is its part of the sample in percent."""

    name: Code
    template_id: UUID
    share: Annotated[int, msgspec.Meta(ge=1, le=100)]


class Trial(Part, kw_only=True):
    """An A/B test: ``sample_percent`` of the targets get the variants, the rest gets the winner.

    The winner has the highest rate of ``metric`` among accepted copies ``decide_after_seconds`` after the
    sample went out; with ``by_hand`` a person chooses.
    """

    variants: Annotated[list[Variant], msgspec.Meta(min_length=2, max_length=8)]
    sample_percent: Annotated[int, msgspec.Meta(ge=1, le=100)]
    metric: Literal["clicks", "opens", "answers"] = "clicks"
    decide_after_seconds: Annotated[int, msgspec.Meta(ge=60)] = 14_400
    by_hand: bool = False


class WaveTarget(Part, kw_only=True):
    """One target of a wave."""

    target_id: UUID
    contact_id: UUID


@event("wave.released.v1", producer="campaign")
class WaveReleased(Event, kw_only=True):
    """A wave may go out. Its targets follow in ``pages`` pages."""

    wave_id: UUID
    campaign_id: UUID
    campaign_code: Code
    campaign_name: Text
    department: Code
    number: Annotated[int, msgspec.Meta(ge=1)]
    channel: Literal["email", "sms", "dm", "fax", "chat"]
    template_id: UUID
    targets: Count
    pages: Count
    released_at: Moment
    schedule: Schedule | None = None
    trial: Trial | None = None


@event("wave.targets.v1", producer="campaign")
class WaveTargets(Event, kw_only=True):
    """One page of a wave's targets; ``page`` counts from 1 to ``pages``."""

    wave_id: UUID
    campaign_id: UUID
    page: Annotated[int, msgspec.Meta(ge=1)]
    pages: Count
    targets: Annotated[list[WaveTarget], msgspec.Meta(max_length=PAGE_LIMIT)]
