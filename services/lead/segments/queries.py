"""Reads of segments and lists: which there are, whom they hold, and whom a resolution tells of next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from chassis.auth import Actor
from contracts.campaign import ContactsListed
from services.lead.customers.family import survivors_of
from services.lead.customers.model import Contact, present
from services.lead.departments import find
from services.lead.segments.model import Resolution, Segment
from services.lead.segments.rules import condition

SAMPLE = 10


@dataclass(frozen=True)
class Preview:
    """How many contacts a segment holds now, and the newest of them."""

    count: int
    sample: Sequence[Contact]


def segments(actor: Actor, **equal: Any) -> Select[Segment]:
    """The segments of the actor's departments."""
    return select(Segment).where(actor.scope(Segment.department)).filter_by(**equal)


def find_segment(session: Session, actor: Actor, segment_id: UUID) -> Segment:
    """Raises NotFound."""
    return find(session, actor, Segment, segment_id, what="segment")


def preview(session: Session, segment: Segment) -> Preview:
    """Whom the segment holds now."""
    held = (Contact.department == segment.department, present(), condition(segment.rule))
    count = session.scalar(select(func.count()).select_from(Contact).where(*held)) or 0
    newest = select(Contact).where(*held).order_by(Contact.id.desc()).limit(SAMPLE)
    return Preview(count, session.scalars(newest.options(selectinload(Contact.consents))).all())


def named_contacts(session: Session, page: ContactsListed) -> dict[int, Row[UUID, str, str | None]]:
    """(id, region, match_key) of the contact of the department that each line names, by the line's place.

    A line that names a contact that was merged into another, by its id or former address, means that one.
    """
    keys = {f"email:{line.email.casefold()}": line.place for line in page.contacts if line.email}
    theirs = Contact.department == page.department
    merged = select(Contact.id, Contact.former_key).where(theirs, Contact.former_key.in_(keys))
    places = {row.id: keys[row.former_key] for row in session.execute(merged)}
    places |= {line.contact_id: line.place for line in page.contacts if line.contact_id}
    into = survivors_of(session, places)
    ids = {into.get(contact_id, contact_id): place for contact_id, place in places.items()}
    named = or_(Contact.id.in_(ids), Contact.match_key.in_(keys))
    found = select(Contact.id, Contact.region, Contact.match_key)
    rows = session.execute(found.where(theirs, present(), named)).all()
    by_place = {ids[row.id]: row for row in rows if row.id in ids}
    return by_place | {keys[row.match_key]: row for row in rows if row.match_key in keys}


def next_contacts(session: Session, resolution: Resolution, *, limit: int) -> list[Row[UUID, str]]:
    """(id, region) of the contacts behind the checkpoint, in the order of their ids."""
    found = select(Contact.id, Contact.region).where(
        Contact.department == resolution.department,
        Contact.id <= resolution.ceiling,
        present(),
        condition(resolution.rule),
    )
    if resolution.after is not None:
        found = found.where(Contact.id > resolution.after)
    return list(session.execute(found.order_by(Contact.id).limit(limit)).all())
