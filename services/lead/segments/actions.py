"""Writes to segments and resolutions."""

from typing import Any

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.campaign import CampaignStarted
from contracts.lead import ResolutionContacts, ResolutionFailed, ResolvedContact
from services.lead.segments.model import Resolution, Segment
from services.lead.segments.queries import next_contacts
from services.lead.segments.rules import condition

PAGE = 500
PAGES_A_STEP = 10


def define_segment(
    session: Session, actor: Actor, *, name: str, department: str, rule: dict[str, Any]
) -> Segment:
    """Keep a rule under a name. Raises Forbidden for a foreign department, Invalid for a faulty rule."""
    actor.require_department(department)
    condition(rule)
    at = now()
    segment = Segment(
        name=name, department=department, rule=rule, created_by=actor.subject, created_at=at, changed_at=at
    )
    session.add(segment)
    return segment


def change_segment(session: Session, *, segment: Segment, name: str, rule: dict[str, Any]) -> Segment:
    """Replace name and rule; resolutions under way keep the rule they began with. Raises Invalid."""
    condition(rule)
    segment.name, segment.rule, segment.changed_at = name, rule, now()
    segment.version += 1
    return segment


def begin_resolution(session: Session, event: CampaignStarted) -> None:
    """Have the resolver stream the campaign's segment. A segment that is not there fails at once."""
    if session.get(Resolution, event.resolution_id) is not None:
        return
    segment = session.get(Segment, event.segment_id)
    resolution = Resolution(
        id=event.resolution_id,
        segment_id=event.segment_id,
        campaign_id=event.campaign_id,
        department=event.department,
        ceiling=new_id(),
        created_at=now(),
    )
    session.add(resolution)
    if segment is None or segment.department != event.department:
        fail_resolution(session, resolution, reason=f"department {event.department} has no such segment")
    else:
        resolution.rule = segment.rule


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
