"""Events of expense claims."""

from typing import Literal
from uuid import UUID

from contracts.event import Count, Event, Moment, Money, Subject, Text, event


@event("claim.submitted.v1", producer="finance")
class ClaimSubmitted(Event, kw_only=True):
    """An expense was claimed against a budget line, and its amount committed."""

    claim_id: UUID
    budget_id: UUID
    campaign_id: UUID
    line_id: UUID
    claimant: Subject
    total: Money
    purpose: Text
    edition: Count = 1


@event("claim.approved.v1", producer="finance")
class ClaimApproved(Event, kw_only=True):
    """The desk agreed to a claim: a clerk may pay it.

    Its total stays committed; what was ``asked`` beyond it is available again.
    """

    claim_id: UUID
    budget_id: UUID
    campaign_id: UUID
    line_id: UUID
    total: Money
    approved_by: Subject
    approved_at: Moment
    asked: Money | None = None


@event("claim.settled.v1", producer="finance")
class ClaimSettled(Event, kw_only=True):
    """A claim ended: paid (its commitment became cost), or rejected or withdrawn (it was released).

    ``advanced`` is what of its total the claimant had been given in advance.
    """

    claim_id: UUID
    budget_id: UUID
    campaign_id: UUID
    line_id: UUID
    outcome: Literal["paid", "rejected", "withdrawn"]
    total: Money
    settled_at: Moment
    advanced: Money | None = None


@event("claim.drafted.v1", producer="finance")
class ClaimDrafted(Event, kw_only=True):
    """A claim was written, or what it asks for changed, before it is handed in. Nothing is committed."""

    claim_id: UUID
    budget_id: UUID
    campaign_id: UUID
    claimant: Subject
    total: Money
    purpose: Text


@event("claim.cleared.v1", producer="finance")
class ClaimCleared(Event, kw_only=True):
    """A finance approver lets a claim pass although a receipt of it was claimed before."""

    claim_id: UUID
    cleared_by: Subject
    reason: Text


@event("claim.returned.v1", producer="finance")
class ClaimReturned(Event, kw_only=True):
    """The desk sent a claim back to be changed. Its amount was released; it may be submitted again."""

    claim_id: UUID
    budget_id: UUID
    campaign_id: UUID
    total: Money
    reason: Text
    returned_at: Moment
