"""Events of the lead service: contacts and consent, imports, segments, leads."""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.event import (
    PAGE_LIMIT,
    Code,
    Count,
    Country,
    Currency,
    Event,
    Moment,
    Part,
    Subject,
    Text,
    event,
)


class Consent(Part, kw_only=True):
    """Whether the contact may be reached over ``channel``, as last recorded."""

    channel: Literal["email", "sms", "dm", "fax", "chat"]
    granted: bool


class PostalAddress(Part, kw_only=True):
    """Where letters go. ``lines`` stand between the name and the city, as the post expects them."""

    lines: Annotated[list[Text], msgspec.Meta(min_length=1, max_length=4)]
    postal_code: Text = ""
    city: Text = ""
    country: Country


class ContactCard(Part, kw_only=True):
    """A contact as others need to know it. ``version`` grows with every change; the highest one counts.

    ``time_zone`` is an IANA name. ``chat`` is the address of a chat service in the form of a URL.
    """

    contact_id: UUID
    version: Annotated[int, msgspec.Meta(ge=1)]
    customer_id: UUID | None = None
    given_name: Text = ""
    family_name: Text = ""
    company: Text = ""
    email: Text | None = None
    phone: Text | None = None
    region: Text = ""
    language: Text = ""
    department: Code
    consents: list[Consent]
    country: Country | None = None
    time_zone: Text = ""
    fax: Text | None = None
    chat: Text | None = None
    address: PostalAddress | None = None


@event("contact.saved.v1", producer="lead")
class ContactSaved(Event, kw_only=True):
    """One contact was created or changed."""

    contact: ContactCard


@event("import.contacts_saved.v1", producer="lead")
class ImportContactsSaved(Event, kw_only=True):
    """A page of contacts that an import created or changed."""

    import_id: UUID
    contacts: Annotated[list[ContactCard], msgspec.Meta(max_length=PAGE_LIMIT)]


@event("import.finished.v1", producer="lead")
class ImportFinished(Event, kw_only=True):
    """An import reached the end of its file: rows = created + updated + rejected."""

    import_id: UUID
    department: Code
    filename: Text
    rows: Count
    created: Count
    updated: Count
    rejected: Count
    finished_at: Moment


class ResolvedContact(Part, kw_only=True):
    """One member of a resolved segment."""

    contact_id: UUID
    region: Text = ""


@event("resolution.contacts.v1", producer="lead")
class ResolutionContacts(Event, kw_only=True):
    """One page of a segment's contacts; pages count from 1, the one with ``last`` ends the resolution.

    For a list (campaign.contacts_listed), ``segment_id`` is the list's, and ``unmatched`` are the places of
    the page's lines that are no contact of the department.
    """

    resolution_id: UUID
    segment_id: UUID
    campaign_id: UUID
    page: Annotated[int, msgspec.Meta(ge=1)]
    last: bool
    contacts: Annotated[list[ResolvedContact], msgspec.Meta(max_length=PAGE_LIMIT)]
    unmatched: Annotated[list[Count], msgspec.Meta(max_length=PAGE_LIMIT)] = []


@event("resolution.failed.v1", producer="lead")
class ResolutionFailed(Event, kw_only=True):
    """A segment could not be resolved."""

    resolution_id: UUID
    segment_id: UUID
    campaign_id: UUID
    reason: Text


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
