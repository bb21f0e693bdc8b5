"""Events of expense claims."""

from typing import Literal
from uuid import UUID

from contracts.event import Event, Moment, Money, Subject, Text, event


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


@event("claim.approved.v1", producer="finance")
class ClaimApproved(Event, kw_only=True):
    """The desk agreed to a claim: a clerk may pay it. Its amount stays committed."""

    claim_id: UUID
    budget_id: UUID
    campaign_id: UUID
    line_id: UUID
    total: Money
    approved_by: Subject
    approved_at: Moment


@event("claim.settled.v1", producer="finance")
class ClaimSettled(Event, kw_only=True):
    """A claim ended: paid (its commitment became cost), or rejected or withdrawn (it was released)."""

    claim_id: UUID
    budget_id: UUID
    campaign_id: UUID
    line_id: UUID
    outcome: Literal["paid", "rejected", "withdrawn"]
    total: Money
    settled_at: Moment
