"""Events of a start: who is asked for, and who was found."""

from typing import Annotated
from uuid import UUID

import msgspec

from contracts.event import (
    PAGE_LIMIT,
    Code,
    Count,
    Event,
    Moment,
    Part,
    Subject,
    Text,
    event,
)


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


@event("campaign.targets_changed.v1", producer="campaign")
class TargetsChanged(Event, kw_only=True):
    """Contacts came on the target list of a campaign under way, or went off it: ``targets`` are on it now."""

    campaign_id: UUID
    targets: Count
    added: Count = 0
    removed: Count = 0
    launched_at: Moment
    at: Moment


@event("campaign.start_failed.v1", producer="campaign")
class CampaignStartFailed(Event, kw_only=True):
    """The segment could not be resolved; the campaign is approved again and may be started anew."""

    campaign_id: UUID
    resolution_id: UUID
    reason: Text
