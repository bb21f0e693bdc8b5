"""Reads of customers, contacts and proofs of consent. A row of a foreign department is not there."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from chassis.auth import Actor
from chassis.errors import NotFound
from services.lead.customers.model import ConsentProof, Contact, Customer


def customers(actor: Actor, *, q: str | None = None, **equal: Any) -> Select[Customer]:
    """The customers of the actor's departments; ``q`` is a part of the name, ``equal`` column values."""
    found = select(Customer).where(actor.scope(Customer.department)).filter_by(**equal)
    return found.where(Customer.name_key.contains(q.casefold(), autoescape=True)) if q else found


def find_customer(session: Session, actor: Actor, customer_id: UUID) -> Customer:
    """Raises NotFound."""
    customer = session.get(Customer, customer_id)
    if customer is None or not actor.may_see(customer.department):
        raise NotFound("customer", customer_id)
    return customer


def contacts(
    actor: Actor, *, q: str | None = None, email: str | None = None, **equal: Any
) -> Select[Contact]:
    """The contacts of the actor's departments; ``q`` is a part of name, company or address."""
    found = select(Contact).options(selectinload(Contact.consents))
    found = found.where(actor.scope(Contact.department)).filter_by(**equal)
    if email is not None:
        found = found.where(Contact.match_key == f"email:{email.casefold()}")
    if q:
        names = (Contact.given_name, Contact.family_name, Contact.company, Contact.email)
        found = found.where(or_(*(func.lower(name).contains(q.lower(), autoescape=True) for name in names)))
    return found


def find_contact(session: Session, actor: Actor, contact_id: UUID) -> Contact:
    """Raises NotFound."""
    contact = session.get(Contact, contact_id, options=(selectinload(Contact.consents),))
    if contact is None or not actor.may_see(contact.department):
        raise NotFound("contact", contact_id)
    return contact


def contact_for_change(session: Session, contact_id: UUID) -> Contact | None:
    """The contact, locked: an import may be changing it without a word to its version."""
    return session.get(
        Contact,
        contact_id,
        options=(selectinload(Contact.consents),),
        with_for_update=True,
        populate_existing=True,
    )


def take_contact(session: Session, actor: Actor, contact_id: UUID) -> Contact:
    """The contact, locked for a change. Raises NotFound."""
    contact = contact_for_change(session, contact_id)
    if contact is None or not actor.may_see(contact.department):
        raise NotFound("contact", contact_id)
    return contact


def consent_proofs(contact_id: UUID) -> Select[ConsentProof]:
    """Every word of a contact on consent."""
    return select(ConsentProof).where(ConsentProof.contact_id == contact_id)
