"""Erasing a person here, after every other service has: what goes, what is made anonymous, what stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.outbox import publish
from contracts.lead import ContactSaved, LeadChanged
from services.lead.customers.model import Contact
from services.lead.customers.queries import contact_for_change
from services.lead.imports import traces
from services.lead.leads.model import Lead, LeadTouch
from services.lead.merging.model import Merge
from services.lead.requests.model import PreSalesRequest
from services.lead.requests.telling import tell_changed
from services.lead.submissions.model import Submission
from services.lead.timeline import actions as timeline
from services.lead.timeline.model import CONTACT

KEPT = (
    "proofs of consent, to answer for what was sent while they held",
    "leads with their states and amounts, without what they say of the person",
    "the judgements and notes of the people who worked on the leads",
)
"""What stays, and why the law lets it."""

WORDS = ("needs", "intent", "notes")
"""What people write about a person into a lead."""

_GONE: dict[str, object] = {
    **dict.fromkeys(("given_name", "family_name", "company", "role", "time_zone"), ""),
    **dict.fromkeys(("email", "phone", "fax", "chat", "address", "former_key", "customer_id")),
    "external_id": None,
    "attributes": {},
    "reach": {},
}


@dataclass(frozen=True)
class Erased:
    """How many rows were held, and how many of them say nothing of the person any more."""

    held: int
    gone: int


def erase_person(session: Session, *, contact_ids: Sequence[UUID], by: str) -> Erased:
    """Take away who the contacts were. They are locked in the order of their ids."""
    at = now()
    contacts = [contact_for_change(session, one) for one in sorted(contact_ids)]
    for contact in contacts:
        assert contact is not None, "contacts are never deleted"
        _erase_contact(session, contact, at=at)
    leads = _erase_leads(session, contact_ids, at=at, by=by) + _erase_requests(session, contact_ids, by=by)
    forms = update(Submission).where(Submission.contact_id.in_(contact_ids)).values(answers={})
    sent = int(getattr(session.execute(forms), "rowcount", 0))
    merged = or_(Merge.survivor_id.in_(contact_ids), Merge.loser_id.in_(contact_ids))
    for merge in session.scalars(select(Merge).where(merged).with_for_update()):
        merge.survivor_before = merge.survivor_after = merge.loser_before = None
        merge.version += 1
    entries = timeline.forget(session, contact_ids) + traces.forget(session, contact_ids)
    for contact_id in contact_ids:
        timeline.note_change(session, area=CONTACT, kind="erased", actor=by, contact_id=contact_id)
    count = len(contacts) + leads + sent + entries
    return Erased(held=count, gone=count)


def _erase_contact(session: Session, contact: Contact, *, at: datetime) -> None:
    contact.erased_at = at
    contact.change(dict(_GONE), at=at)
    publish(session, contact, ContactSaved(contact=contact.card()))


def _erase_requests(session: Session, contact_ids: Sequence[UUID], *, by: str) -> int:
    """Blank what was asked for and answered; that something was stays."""
    theirs = select(PreSalesRequest).where(PreSalesRequest.contact_id.in_(contact_ids))
    requests = session.scalars(theirs.order_by(PreSalesRequest.id).with_for_update()).all()
    for one in requests:
        one.title = one.details = one.result = one.waits_for = ""
        one.tasks = []
        tell_changed(session, Actor(by), one, on_behalf_of="")
    return len(requests)


def _erase_leads(session: Session, contact_ids: Sequence[UUID], *, at: datetime, by: str) -> int:
    """Blank what the leads say of the person, and what was heard with their touches."""
    theirs = select(Lead).where(Lead.contact_id.in_(contact_ids)).order_by(Lead.id).with_for_update()
    leads = session.scalars(theirs).all()
    for lead in leads:
        for name in WORDS:
            setattr(lead, name, "")
        lead.attributes = {}
        changed = LeadChanged(
            lead_id=lead.id,
            campaign_id=lead.campaign_id,
            department=lead.department,
            fields=[*WORDS, "attributes"],
            by=by,
            at=at,
        )
        publish(session, lead, changed)
    ids = [lead.id for lead in leads]
    if ids:
        session.execute(update(LeadTouch).where(LeadTouch.lead_id.in_(ids)).values(note=""))
    return len(leads)
