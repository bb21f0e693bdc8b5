"""Writes to segments and resolutions."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Invalid
from chassis.ids import new_id
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.campaign import CampaignStarted, ContactsListed, WantedSegment
from contracts.lead import ResolutionContacts, ResolutionFailed, ResolvedContact
from services.lead.attributes.actions import definitions
from services.lead.attributes.model import CONTACT
from services.lead.segments.model import LOOKED_UP, Resolution, Segment
from services.lead.segments.queries import named_contacts, next_contacts
from services.lead.segments.rules import attributes_in, condition

PAGE = 500
PAGES_A_STEP = 40

lines_total = counter(
    "listed_contacts_total",
    "Lines of campaigns' lists that were looked up, by whether a contact was found.",
    ("outcome",),
    starts=(("matched",), ("unmatched",)),
)


def define_segment(
    session: Session, actor: Actor, *, name: str, department: str, rule: dict[str, Any]
) -> Segment:
    """Keep a rule under a name. Raises Forbidden for a foreign department, Invalid for a faulty rule."""
    actor.require_department(department)
    condition(rule)
    _require_attributes(session, department, rule)
    at = now()
    segment = Segment(
        name=name, department=department, rule=rule, created_by=actor.subject, created_at=at, changed_at=at
    )
    session.add(segment)
    return segment


def change_segment(session: Session, *, segment: Segment, name: str, rule: dict[str, Any]) -> Segment:
    """Replace name and rule; resolutions under way keep the rule they began with. Raises Invalid."""
    condition(rule)
    _require_attributes(session, segment.department, rule)
    segment.name, segment.rule, segment.changed_at = name, rule, now()
    segment.version += 1
    return segment


def _require_attributes(session: Session, department: str, rule: dict[str, Any]) -> None:
    """Raises Invalid where the rule asks for an attribute of contacts that the department has not defined."""
    known = {one.code for one in definitions(session, department) if CONTACT in one.applies_to}
    for path, code in attributes_in(rule):
        if code not in known:
            raise Invalid({path: [f"The department has no attribute {code} of contacts"]})


def begin_resolutions(session: Session, event: CampaignStarted) -> None:
    """Have the resolver stream the campaign's segments. A segment that is not there fails at once."""
    only = WantedSegment(resolution_id=event.resolution_id, segment_id=event.segment_id)
    for wanted in [only] if event.segments is None else event.segments:
        if session.get(Resolution, wanted.resolution_id) is not None:
            continue
        segment = session.get(Segment, wanted.segment_id)
        resolution = _resolution(event, resolution_id=wanted.resolution_id, source_id=wanted.segment_id)
        session.add(resolution)
        if segment is None or segment.department != event.department:
            fail_resolution(session, resolution, reason=f"department {event.department} has no such segment")
        else:
            resolution.rule = segment.rule


def look_up_contacts(session: Session, event: ContactsListed) -> None:
    """Tell which contacts of the department a page of a list names, and which of its lines are nobody's.

    The pages of a list come in order, and each is answered at once, so nothing is left to the resolver.
    """
    resolution = session.get(Resolution, event.resolution_id)
    if resolution is None:
        resolution = _resolution(event, resolution_id=event.resolution_id, source_id=event.list_id)
        resolution.state = LOOKED_UP
        session.add(resolution)
    if event.page <= resolution.page:
        return
    found = named_contacts(session, event)
    contacts = {contact.id: contact.region for contact in found.values()}
    told = ResolutionContacts(
        resolution_id=resolution.id,
        segment_id=resolution.segment_id,
        campaign_id=resolution.campaign_id,
        page=resolution.turn_page(list(contacts)),
        last=event.page == event.pages,
        contacts=[ResolvedContact(contact_id=one, region=region) for one, region in contacts.items()],
        unmatched=[line.place for line in event.contacts if line.place not in found],
    )
    publish(session, resolution, told)
    lines_total.labels(outcome="matched").inc(len(found))
    lines_total.labels(outcome="unmatched").inc(len(told.unmatched))
    if told.last:
        resolution.end("finished", at=now())


def _resolution(
    event: CampaignStarted | ContactsListed, *, resolution_id: UUID, source_id: UUID
) -> Resolution:
    return Resolution(
        id=resolution_id,
        segment_id=source_id,
        campaign_id=event.campaign_id,
        department=event.department,
        ceiling=new_id(),
        created_at=now(),
    )


def stream_pages(session: Session, resolution: Resolution) -> None:
    """Tell of the next pages, and end the resolution with the last one."""
    found = next_contacts(session, resolution, limit=PAGE * PAGES_A_STEP + 1)
    more = len(found) > PAGE * PAGES_A_STEP
    pages = [found[at : at + PAGE] for at in range(0, min(len(found), PAGE * PAGES_A_STEP), PAGE)] or [[]]
    for at, page in enumerate(pages, start=1):
        contacts = [ResolvedContact(contact_id=contact_id, region=region) for contact_id, region in page]
        event = ResolutionContacts(
            resolution_id=resolution.id,
            segment_id=resolution.segment_id,
            campaign_id=resolution.campaign_id,
            page=resolution.turn_page([contact.contact_id for contact in contacts]),
            last=at == len(pages) and not more,
            contacts=contacts,
        )
        publish(session, resolution, event)
    if not more:
        resolution.end("finished", at=now())


def fail_resolution(session: Session, resolution: Resolution, *, reason: str) -> None:
    """Say that the segment cannot be resolved."""
    resolution.end("failed", at=now(), reason=reason)
    failed = ResolutionFailed(
        resolution_id=resolution.id,
        segment_id=resolution.segment_id,
        campaign_id=resolution.campaign_id,
        reason=reason,
    )
    publish(session, resolution, failed)
