"""Having what pointed to one contact or customer point to another, and back.

Proofs of consent and entries of the timeline stay where they were written, for neither is ever changed:
whoever reads those of a contact reads those of all that were merged into it.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.outbox import publish
from contracts.lead import LeadMoved
from services.lead.customers.model import Contact
from services.lead.leads.model import Lead
from services.lead.merging.model import Merge
from services.lead.requests.model import PreSalesRequest
from services.lead.requests.telling import tell_changed
from services.lead.submissions.model import Submission

MERGED: Final = "contacts were merged"
UNMERGED: Final = "contacts were taken apart again"
CUSTOMERS_MERGED: Final = "customers were merged"
CUSTOMERS_UNMERGED: Final = "customers were taken apart again"

LEADS: Final = "leads"
DOORS: Final = "doors_of_leads"
SUBMISSIONS: Final = "submissions"
REQUESTS: Final = "requests"
CONTACTS: Final = "contacts"
CUSTOMERS_OF_LEADS: Final = "customers_of_leads"

Moved = dict[str, list[str]]


def move_contact(session: Session, actor: Actor, *, source: UUID, to: Contact, why: str) -> Moved:
    """Leads with their touches, submissions and requests. Returns the ids of these, with what they had.

    Where both have a lead that would take in the same captures, the one that is moved takes in no more.
    """
    taken = set(session.scalars(select(Lead.door).where(Lead.contact_id == to.id, Lead.door.is_not(None))))
    moving = _locked(session, Lead.contact_id == source)
    customers = [str(lead.customer_id or "") for lead in moving]
    doors = [lead.door or "" for lead in moving]
    for lead in moving:
        lead.door = None if lead.door in taken else lead.door
        move_lead(session, actor, lead, contact_id=to.id, customer_id=to.customer_id, why=why)
    sent = select(Submission.id).where(Submission.contact_id == source).order_by(Submission.id)
    submissions = list(session.scalars(sent))
    _point(session, submissions, contact_id=to.id)
    asked = _requests(session, PreSalesRequest.contact_id == source)
    _hand_requests(session, actor, asked, contact_id=to.id)
    return {
        REQUESTS: [str(one.id) for one in asked],
        LEADS: [str(lead.id) for lead in moving],
        CUSTOMERS_OF_LEADS: customers,
        DOORS: doors,
        SUBMISSIONS: [str(one) for one in submissions],
    }


def give_back(session: Session, actor: Actor, merge: Merge, *, survivor: Contact, loser: Contact) -> None:
    """What a merge moved and is still where it was moved to."""
    kept = zip(merge.moved_ids(LEADS), merge.moved[CUSTOMERS_OF_LEADS], merge.moved[DOORS], strict=True)
    was = {lead_id: (customer, door) for lead_id, customer, door in kept}
    held = set(session.scalars(select(Lead.door).where(Lead.contact_id == loser.id)))
    for lead in _locked(session, Lead.id.in_(list(was)), Lead.contact_id == survivor.id):
        customer, door = was[lead.id]
        customer_id = UUID(customer) if customer else None
        lead.door = door if door and door not in held else None
        move_lead(session, actor, lead, contact_id=loser.id, customer_id=customer_id, why=UNMERGED)
    _point(session, merge.moved_ids(SUBMISSIONS), contact_id=loser.id)
    ids = merge.moved_ids(REQUESTS)
    asked = _requests(session, PreSalesRequest.id.in_(ids), PreSalesRequest.contact_id == survivor.id)
    _hand_requests(session, actor, asked, contact_id=loser.id)


def move_lead(
    session: Session, actor: Actor, lead: Lead, *, contact_id: UUID, customer_id: UUID | None, why: str
) -> None:
    """Have a lead belong to another contact or customer, and tell of it."""
    moved = LeadMoved(
        lead_id=lead.id,
        contact_id=contact_id,
        customer_id=customer_id,
        previous_contact_id=lead.contact_id,
        previous_customer_id=lead.customer_id,
        why=why,
        moved_by=actor.subject,
        moved_at=now(),
    )
    lead.contact_id, lead.customer_id = contact_id, customer_id
    publish(session, lead, moved)


def leads_of_customer(session: Session, customer_id: UUID) -> Sequence[Lead]:
    """The leads of a customer, locked."""
    return _locked(session, Lead.customer_id == customer_id)


def _locked(session: Session, *where: Any) -> Sequence[Lead]:
    return session.scalars(
        select(Lead).where(*where).order_by(Lead.id).with_for_update(),
        execution_options={"populate_existing": True},
    ).all()


def _requests(session: Session, *where: Any) -> Sequence[PreSalesRequest]:
    found = select(PreSalesRequest).where(*where).order_by(PreSalesRequest.id).with_for_update()
    return session.scalars(found, execution_options={"populate_existing": True}).all()


def _hand_requests(
    session: Session, actor: Actor, requests: Sequence[PreSalesRequest], *, contact_id: UUID
) -> None:
    for one in requests:
        one.contact_id = contact_id
        tell_changed(session, actor, one, on_behalf_of="")


def _point(session: Session, submissions: Sequence[UUID], *, contact_id: UUID) -> None:
    if submissions:
        session.execute(
            update(Submission).where(Submission.id.in_(submissions)).values(contact_id=contact_id)
        )
