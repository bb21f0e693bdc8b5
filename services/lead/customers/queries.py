"""Reads of customers, contacts and proofs of consent. A row of a foreign department is not there."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from chassis.auth import Actor
from chassis.errors import NotFound
from services.lead.customers.family import family_of, survivor_id
from services.lead.customers.model import Consent, ConsentProof, Contact, Customer, present
from services.lead.departments import find
from services.lead.regions.model import Region
from services.lead.sources.model import Source
from services.lead.trees import Node, stands_below

FEWEST_DIGITS = 4
"""A text with so many digits is looked for in numbers too."""


def customers(actor: Actor, *, q: str | None = None, merged: bool = False, **wanted: Any) -> Select[Customer]:
    """The customers of the actor's departments; ``q`` is a part of the name or of a contact's."""
    found = select(Customer).where(actor.scope(Customer.department), *_conditions(Customer, wanted))
    found = found.where(Customer.merged_into.is_not(None) if merged else Customer.merged_into.is_(None))
    if q:
        named = Customer.name_key.contains(q.casefold(), autoescape=True)
        theirs = exists().where(Contact.customer_id == Customer.id, present(), _has(q))
        found = found.where(or_(named, theirs))
    return found


def find_customer(session: Session, actor: Actor, customer_id: UUID) -> Customer:
    """Raises NotFound."""
    return find(session, actor, Customer, customer_id, what="customer")


def contacts(
    actor: Actor,
    *,
    q: str | None = None,
    email: str | None = None,
    consent: str | None = None,
    merged: bool = False,
    **wanted: Any,
) -> Select[Contact]:
    """The contacts of the actor's departments; ``q`` is a part of name, company, address or number."""
    found = select(Contact).options(selectinload(Contact.consents))
    found = found.where(actor.scope(Contact.department), *_conditions(Contact, wanted))
    found = found.where(Contact.merged_into.is_not(None) if merged else Contact.merged_into.is_(None))
    found = found.where(Contact.erased_at.is_(None))
    if email is not None:
        found = found.where(Contact.match_key == f"email:{email.casefold()}")
    if consent is not None:
        agreed = (Consent.contact_id == Contact.id, Consent.channel == consent, Consent.granted)
        found = found.where(exists().where(*agreed))
    return found.where(_has(q)) if q else found


def _conditions(kind: Any, wanted: dict[str, Any]) -> list[ColumnElement[bool]]:
    """Column values, subtrees (``region_within``, ``source_within``) and ``changed_since``."""
    trees: dict[str, tuple[type[Node], Any]] = {
        "region_within": (Region, kind.region),
        "source_within": (Source, kind.source),
    }
    found = []
    for name, value in wanted.items():
        if name in trees:
            tree, column = trees[name]
            found.append(stands_below(tree, value, column=column, department=kind.department))
        elif name == "changed_since":
            found.append(kind.changed_at >= value)
        else:
            found.append(getattr(kind, name) == value)
    return found


def _has(q: str) -> ColumnElement[bool]:
    """That a contact has ``q`` somewhere in its names, addresses or numbers."""
    names = (Contact.given_name, Contact.family_name, Contact.company, Contact.email)
    full = Contact.given_name + " " + Contact.family_name
    found = [func.lower(name).contains(q.lower(), autoescape=True) for name in (*names, full)]
    digits = "".join(sign for sign in q if sign.isdigit())
    if len(digits) >= FEWEST_DIGITS:
        found.append(Contact.phone.contains(digits, autoescape=True))
    return or_(*found)


def find_contact(session: Session, actor: Actor, contact_id: UUID) -> Contact:
    """Raises NotFound."""
    contact = session.get(Contact, contact_id, options=(selectinload(Contact.consents),))
    if contact is None or not actor.may_see(contact.department):
        raise NotFound("contact", contact_id)
    return contact


def contact_by_key(session: Session, department: str, key: str | None) -> UUID | None:
    """The contact that is found by ``key``, or that took over one that was found by it."""
    if key is None:
        return None
    same = select(Contact.id).where(Contact.department == department, Contact.match_key == key)
    found: UUID | None = session.scalar(same)
    if found is not None:
        return found
    former = select(Contact.id).where(Contact.department == department, Contact.former_key == key)
    merged: UUID | None = session.scalar(former.order_by(Contact.id.desc()).limit(1))
    return None if merged is None else survivor_id(session, merged)


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
    """Every word on consent of a contact, and of those that were merged into it."""
    return select(ConsentProof).where(ConsentProof.contact_id.in_(family_of(contact_id)))
