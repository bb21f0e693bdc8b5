"""Asks for the contacts of an audience when its campaign starts, and hears when the last of them came."""

import math
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from chassis.database import Session
from chassis.errors import Conflict
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.campaign import ContactsListed, ListedContact, WantedSegment
from contracts.event import PAGE_LIMIT
from services.campaign.audience.model import (
    COMPLETE,
    INCLUDE,
    LISTS,
    RULES,
    SEGMENT,
    AudienceEntry,
    AudienceSource,
)
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import audience_of


def ask(session: Session, campaign: Campaign) -> Sequence[AudienceSource]:
    """Await the contacts of every source from now on. Raises Conflict where none puts anybody on the list."""
    _add_main_segment(session, campaign)
    sources = audience_of(session, campaign.id)
    if not any(source.includes for source in sources):
        raise Conflict("The campaign has nothing that its targets come from")
    for source in sources:
        source.ask(new_id() if source.kind in (SEGMENT, *LISTS) else None)
        if source.kind in RULES or (source.kind in LISTS and not source.entries):
            source.state = COMPLETE
    return sources


def wanted_segments(sources: Sequence[AudienceSource]) -> list[WantedSegment]:
    """The segments among ``sources`` with their resolutions; those that put contacts on come first."""
    return [
        WantedSegment(resolution_id=source.resolution_id, segment_id=source.segment_id)
        for source in sorted(sources, key=lambda one: (not one.includes, one.position))
        if source.segment_id is not None and source.resolution_id is not None
    ]


def publish_lists(session: Session, campaign: Campaign, sources: Sequence[AudienceSource]) -> None:
    """Have lead look up the lines of every list, as pages of at most 500."""
    for source in sources:
        if source.kind in LISTS:
            _publish_list(session, campaign, source)


def awaited(
    session: Session, campaign_id: UUID, resolution_id: UUID
) -> tuple[Sequence[AudienceSource], AudienceSource] | None:
    """The sources of a campaign and the one that waits for ``resolution_id``; None when none does."""
    sources = audience_of(session, campaign_id)
    source = next((one for one in sources if one.resolution_id == resolution_id), None)
    return None if source is None or source.state == COMPLETE else (sources, source)


def all_came(sources: Sequence[AudienceSource]) -> bool:
    """Whether the contacts of every source are here."""
    return all(source.state == COMPLETE for source in sources)


def _add_main_segment(session: Session, campaign: Campaign) -> None:
    """Make the campaign's own segment a source before all others, with the first start."""
    first = select(AudienceSource.id).where(
        AudienceSource.campaign_id == campaign.id, AudienceSource.position == 0
    )
    if campaign.segment_id is not None and session.scalar(first) is None:
        own = {"role": INCLUDE, "kind": SEGMENT, "segment_id": campaign.segment_id}
        session.add(AudienceSource(campaign_id=campaign.id, position=0, **own))


def _publish_list(session: Session, campaign: Campaign, source: AudienceSource) -> None:
    assert source.resolution_id is not None
    pages = math.ceil(source.entries / PAGE_LIMIT)
    lines = select(AudienceEntry.place, AudienceEntry.contact_id, AudienceEntry.email)
    lines = lines.where(AudienceEntry.source_id == source.id).order_by(AudienceEntry.place).limit(PAGE_LIMIT)
    last = -1
    for page in range(1, pages + 1):
        rows = session.execute(lines.where(AudienceEntry.place > last)).all()
        last = rows[-1].place
        listed = ContactsListed(
            campaign_id=campaign.id,
            department=campaign.department,
            list_id=source.id,
            resolution_id=source.resolution_id,
            page=page,
            pages=pages,
            contacts=[
                ListedContact(place=row.place, contact_id=row.contact_id, email=row.email) for row in rows
            ],
        )
        publish(session, campaign, listed)
