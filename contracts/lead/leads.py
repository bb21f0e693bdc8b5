"""Events of leads, from capture to conversion."""

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from contracts.event import Code, Count, Currency, Event, Moment, Subject, Text, event

Outcome = Literal["near_term", "long_term", "not_a_target"]
Grade = Literal["A", "B", "C", "D"]


class LeadEvent(Event, kw_only=True):
    """What the events of a lead's life have in common."""

    lead_id: UUID
    campaign_id: UUID | None = None
    department: Code


class OwnerEvent(LeadEvent, kw_only=True):
    """What the owner of a lead did with it; ``on_behalf_of`` where somebody stood in."""

    assignee: Subject
    by: Subject
    on_behalf_of: Text = ""
    at: Moment


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


@event("lead.touched.v1", producer="lead")
class LeadTouched(Event, kw_only=True):
    """The contact of a lead was heard of again: no new lead but one more touch, by way of ``kind``."""

    lead_id: UUID
    contact_id: UUID
    campaign_id: UUID | None = None
    touch_id: UUID
    department: Code
    kind: Code
    source: Code
    verdict: Code
    touched_at: Moment


@event("lead.changed.v1", producer="lead")
class LeadChanged(LeadEvent, kw_only=True):
    """What is known of a lead was changed; ``fields`` names what. Its holder and its state are as before."""

    fields: list[Code]
    by: Subject
    at: Moment
    on_behalf_of: Text = ""


@event("lead.qualified.v1", producer="lead")
class LeadQualified(Event, kw_only=True):
    """A lead was judged. ``near_term`` and ``long_term`` make it valid; ``not_a_target`` discards it.

    ``state``, ``assignee`` or ``pool``, and ``wake_at`` of one that rests say where that brought it.
    """

    lead_id: UUID
    contact_id: UUID
    campaign_id: UUID | None = None
    outcome: Outcome
    grade: Grade
    value: Decimal
    currency: Currency
    qualified_by: Subject
    reason: Text = ""
    qualified_at: Moment
    judgement_id: UUID | None = None
    on_behalf_of: Text = ""
    state: Text = ""
    assignee: Text = ""
    pool: Text = ""
    wake_at: Moment | None = None


@event("lead.judgement_undone.v1", producer="lead")
class LeadJudgementUndone(LeadEvent, kw_only=True):
    """A judgement was taken back: the lead is what and where it was before.

    ``restored``, ``grade`` and ``qualified_at`` are of the judgement before it, if there was one.
    """

    judgement_id: UUID
    outcome: Outcome
    restored: Outcome | None = None
    grade: Grade | None = None
    qualified_at: Moment | None = None
    state: Code
    assignee: Text = ""
    pool: Text = ""
    reason: Text
    by: Subject
    at: Moment
    on_behalf_of: Text = ""


@event("lead.assigned.v1", producer="lead")
class LeadAssigned(Event, kw_only=True):
    """A lead has an owner, who accepts it by ``accept_by``; ``why`` says which rule or person chose them.

    ``run_id`` is the reassignment that gave it together with many others.
    """

    lead_id: UUID
    campaign_id: UUID | None = None
    assignee: Subject
    assigned_by: Subject
    why: Text
    assigned_at: Moment
    department: Text = ""
    accept_by: Moment | None = None
    previous: Text = ""
    on_behalf_of: Text = ""
    run_id: UUID | None = None


@event("lead.accepted.v1", producer="lead")
class LeadAccepted(OwnerEvent, kw_only=True):
    """The owner of a lead took it on."""


@event("lead.returned.v1", producer="lead")
class LeadReturned(LeadEvent, kw_only=True):
    """The owner gave a lead back, for a reason: it lies in ``pool`` and waits for another owner."""

    previous: Subject
    pool: Code
    reason: Text
    by: Subject
    on_behalf_of: Text = ""
    at: Moment


@event("lead.pooled.v1", producer="lead")
class LeadPooled(LeadEvent, kw_only=True):
    """A lead was put into a pool; ``previous`` is the owner whom it was taken from, if it had one."""

    pool: Code
    previous: Text = ""
    why: Text
    by: Subject
    on_behalf_of: Text = ""
    at: Moment


@event("lead.worked.v1", producer="lead")
class LeadWorked(OwnerEvent, kw_only=True):
    """The owner of a lead began to work on it."""


@event("lead.nurtured.v1", producer="lead")
class LeadNurtured(LeadEvent, kw_only=True):
    """A lead was laid aside until ``wake_at``, or until its contact answers again."""

    previous: Text = ""
    wake_at: Moment
    reason: Text
    by: Subject
    on_behalf_of: Text = ""
    at: Moment


@event("lead.woken.v1", producer="lead")
class LeadWoken(LeadEvent, kw_only=True):
    """A lead that was laid aside is there again, in ``pool``; ``why`` says what woke it."""

    pool: Code
    why: Text
    by: Subject
    at: Moment


@event("lead.converted.v1", producer="lead")
class LeadConverted(Event, kw_only=True):
    """A lead became an opportunity, which ``opportunity_id`` names from now on."""

    lead_id: UUID
    contact_id: UUID
    customer_id: UUID | None = None
    campaign_id: UUID | None = None
    department: Code
    assignee: Subject
    opportunity_id: UUID
    name: Text
    amount: Decimal
    currency: Currency
    closes_on: date | None = None
    products: list[Text] = []
    touches: Count = 0
    by: Subject
    on_behalf_of: Text = ""
    at: Moment
