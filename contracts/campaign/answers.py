"""Events of what targets answered, and how far they have come."""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.event import (
    PAGE_LIMIT,
    Code,
    Event,
    Moment,
    Part,
    Text,
    event,
)


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
