"""Events of advances: money that is handed out before it is spent."""

from datetime import date
from typing import Literal
from uuid import UUID

from contracts.event import Event, Moment, Money, Subject, Text, event


@event("advance.requested.v1", producer="finance")
class AdvanceRequested(Event, kw_only=True):
    """Somebody asks for money before it is spent. Its amount is committed on the budget line."""

    advance_id: UUID
    budget_id: UUID
    campaign_id: UUID
    line_id: UUID
    department: str
    person: Subject
    total: Money
    purpose: Text
    needed_on: date
    requested_at: Moment


@event("advance.approved.v1", producer="finance")
class AdvanceApproved(Event, kw_only=True):
    """The desk agreed to an advance: a clerk may pay it out."""

    advance_id: UUID
    approved_by: Subject
    approved_at: Moment


@event("advance.refused.v1", producer="finance")
class AdvanceRefused(Event, kw_only=True):
    """An advance ended before it was paid, and its amount was released."""

    advance_id: UUID
    outcome: Literal["rejected", "withdrawn"]
    reason: str
    refused_by: Subject
    refused_at: Moment


@event("advance.paid.v1", producer="finance")
class AdvancePaid(Event, kw_only=True):
    """An advance was paid out. It is no cost yet and stays committed until it is settled."""

    advance_id: UUID
    person: Subject
    total: Money
    paid_by: Subject
    paid_at: Moment


@event("advance.settled.v1", producer="finance")
class AdvanceSettled(Event, kw_only=True):
    """``total`` of an advance was set off against a claim or repaid, and released on its line.

    ``left`` is what remains open of it; the advance ends when that is nothing.
    """

    advance_id: UUID
    how: Literal["claim", "repayment"]
    claim_id: UUID | None
    total: Money
    left: Money
    settled_by: Subject
    settled_at: Moment
