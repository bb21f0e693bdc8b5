"""Events of changes to a campaign that has been approved."""

from typing import Literal
from uuid import UUID

from contracts.campaign.plans import Plan
from contracts.event import Event, Moment, Part, Subject, Text, event


class FieldChange(Part, kw_only=True):
    """One field of a plan, by its path (``goals.responses``). Values are JSON texts; null: not there."""

    field: Text
    before: str | None = None
    after: str | None = None


@event("campaign.changed.v1", producer="campaign")
class CampaignChanged(Plan, kw_only=True):
    """The plan of an approved campaign was changed: what changed, and the whole plan as it now stands.

    With ``amendment_id`` the approval desk agreed to it, and ``plan_version`` is the version that it made.
    """

    plan_version: int
    changed: list[FieldChange]
    reason: Text = ""
    amendment_id: UUID | None = None
    by: Subject
    at: Moment


@event("campaign.amendment_closed.v1", producer="campaign")
class CampaignAmendmentClosed(Event, kw_only=True):
    """A change that was handed in for approval will not be made; the plan that runs stays as it is.

    Withdrawn is one that its maker took back at the desk, lapsed one whose campaign came to its end.
    """

    campaign_id: UUID
    amendment_id: UUID
    plan_version: int
    outcome: Literal["rejected", "sent_back", "withdrawn", "lapsed"]
    comment: Text = ""
    at: Moment
