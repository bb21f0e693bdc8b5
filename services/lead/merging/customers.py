"""Merging two customers, and taking them apart again."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.lead import ContactSaved
from services.lead.customers.model import Contact, Customer
from services.lead.merging.contacts import merges_total
from services.lead.merging.images import (
    CUSTOMER_FIELDS,
    Image,
    given_back,
    image_of,
    taken_over,
    values_of,
)
from services.lead.merging.model import CUSTOMER, Merge
from services.lead.merging.moving import (
    CONTACTS,
    CUSTOMERS_MERGED,
    CUSTOMERS_UNMERGED,
    LEADS,
    leads_of_customer,
    move_lead,
)
from services.lead.merging.pairs import Take, pair, pair_again
from services.lead.merging.queries import require_last
from services.lead.timeline import actions as timeline

log = get_logger(__name__)


def merge_customers(
    session: Session,
    actor: Actor,
    *,
    customer_id: UUID,
    loser_id: UUID,
    take: Collection[str] = (),
    fill_blanks: bool = True,
    reason: str = "",
) -> Merge:
    """Have the customer take over the contacts and leads of ``loser_id``, and what was chosen of it.

    Raises NotFound, Invalid for a loser that is not in the department, Conflict for one that was merged.
    """
    survivor, loser = _both(session, actor, customer_id, loser_id)
    at = now()
    before, theirs = _image(survivor), _image(loser)
    changes = taken_over(before, theirs, take=take, fill_blanks=fill_blanks)
    _change(survivor, changes, at=at)
    loser.merged_into, loser.changed_at = survivor.id, at
    loser.version += 1
    merge = Merge(
        id=new_id(),
        kind=CUSTOMER,
        department=survivor.department,
        survivor_id=survivor.id,
        loser_id=loser.id,
        taken=sorted(changes),
        survivor_before=before,
        survivor_after=_image(survivor),
        loser_before=theirs,
        moved={
            CONTACTS: _move_contacts(session, _contacts(session, loser.id), survivor.id, at=at),
            LEADS: _move_leads(session, actor, loser.id, survivor.id),
        },
        reason=reason,
        merged_by=actor.subject,
        merged_at=at,
    )
    session.add(merge)
    _tell(session, actor, merge, kind="merged", note=reason)
    return merge


def unmerge_customers(session: Session, actor: Actor, *, merge: Merge, reason: str) -> Merge:
    """Give both customers back what they were, with their contacts and leads.

    What somebody changed since stays. Raises Conflict for a merge that was undone, or is not the last.
    """
    require_last(session, merge)
    if merge.survivor_before is None or merge.survivor_after is None:
        raise Conflict("What they were before is gone")
    survivor, loser = pair_again(_take(session), merge.survivor_id, merge.loser_id)
    at = now()
    changes = given_back(_image(survivor), before=merge.survivor_before, after=merge.survivor_after)
    _change(survivor, changes, at=at)
    loser.merged_into, loser.changed_at = None, at
    loser.version += 1
    ids = set(merge.moved_ids(CONTACTS))
    theirs = [one for one in _contacts(session, survivor.id) if one.id in ids]
    _move_contacts(session, theirs, loser.id, at=at)
    ids = set(merge.moved_ids(LEADS))
    for lead in leads_of_customer(session, survivor.id):
        if lead.id in ids:
            move_lead(
                session,
                actor,
                lead,
                contact_id=lead.contact_id,
                customer_id=loser.id,
                why=CUSTOMERS_UNMERGED,
            )
    merge.undone_by, merge.undone_at = actor.subject, at
    merge.version += 1
    _tell(session, actor, merge, kind="unmerged", note=reason)
    return merge


def _both(session: Session, actor: Actor, customer_id: UUID, loser_id: UUID) -> tuple[Customer, Customer]:
    both = pair(actor, _take(session), customer_id, loser_id, what="customer")
    for one in both:
        if one.merged_into is not None:
            raise Conflict(f"The customer {one.id} was merged into {one.merged_into}")
    return both


def _take(session: Session) -> Take[Customer]:
    def take(customer_id: UUID) -> Customer | None:
        return session.get(Customer, customer_id, with_for_update=True, populate_existing=True)

    return take


def _image(customer: Customer) -> Image:
    return {**image_of(customer, CUSTOMER_FIELDS), "attributes": customer.attributes or {}}


def _change(customer: Customer, changes: Image, *, at: datetime) -> None:
    values = values_of(changes)
    if "name" in values:
        customer.rename(values.pop("name"))
    for name, value in values.items():
        setattr(customer, name, value)
    customer.changed_at = at
    customer.version += 1


def _contacts(session: Session, customer_id: UUID) -> Sequence[Contact]:
    theirs = select(Contact).where(Contact.customer_id == customer_id).order_by(Contact.id)
    loaded = theirs.options(selectinload(Contact.consents)).with_for_update()
    return session.scalars(loaded, execution_options={"populate_existing": True}).all()


def _move_contacts(
    session: Session, contacts: Sequence[Contact], customer_id: UUID, *, at: datetime
) -> list[str]:
    for contact in contacts:
        contact.customer_id = customer_id
        contact.touch(at)
        publish(session, contact, ContactSaved(contact=contact.card()))
    return [str(contact.id) for contact in contacts]


def _move_leads(session: Session, actor: Actor, source: UUID, customer_id: UUID) -> list[str]:
    leads = leads_of_customer(session, source)
    for lead in leads:
        move_lead(
            session,
            actor,
            lead,
            contact_id=lead.contact_id,
            customer_id=customer_id,
            why=CUSTOMERS_MERGED,
        )
    return [str(lead.id) for lead in leads]


def _tell(session: Session, actor: Actor, merge: Merge, *, kind: str, note: str) -> None:
    for customer_id in (merge.survivor_id, merge.loser_id):
        timeline.note_change(
            session,
            area="contact",
            kind=kind,
            actor=actor.subject,
            note=note,
            customer_id=customer_id,
            reference=merge.id,
        )
    merges_total.labels(kind=CUSTOMER, what="merged" if kind == "merged" else "undone").inc()
    log.info("customers_" + kind, merge_id=str(merge.id), contacts=len(merge.moved_ids(CONTACTS)))
