"""Events of the resolution of segments and lists."""

from typing import Annotated
from uuid import UUID

import msgspec

from contracts.event import PAGE_LIMIT, Count, Event, Part, Text, event


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
