"""Events of leads, from capture on."""

from decimal import Decimal
from typing import Literal
from uuid import UUID

from contracts.event import Code, Currency, Event, Moment, Subject, Text, event


@event("lead.captured.v1", producer="lead")
class LeadCaptured(Event, kw_only=True):
    """A potential sale was recorded."""

    lead_id: UUID
    contact_id: UUID
    customer_id: UUID | None = None
    campaign_id: UUID | None = None
    response_id: UUID | None = None
    department: Code
    region: Text = ""
    source: Code
    captured_at: Moment


@event("lead.qualified.v1", producer="lead")
class LeadQualified(Event, kw_only=True):
    """A lead was judged. ``near_term`` and ``long_term`` make it valid; ``not_a_target`` discards it."""

    lead_id: UUID
    contact_id: UUID
    campaign_id: UUID | None = None
    outcome: Literal["near_term", "long_term", "not_a_target"]
    grade: Literal["A", "B", "C", "D"]
    value: Decimal
    currency: Currency
    qualified_by: Subject
    reason: Text = ""
    qualified_at: Moment


@event("lead.assigned.v1", producer="lead")
class LeadAssigned(Event, kw_only=True):
    """A lead has an owner; ``why`` says which rule or person chose them."""

    lead_id: UUID
    campaign_id: UUID | None = None
    assignee: Subject
    assigned_by: Subject
    why: Text
    assigned_at: Moment
