"""Contacts and customers that were merged count as one: who belongs together, and who speaks for them."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.lead.customers.model import Contact, Customer

Kept = TypeVar("Kept", Contact, Customer)


def family_of(contact_id: UUID) -> Select[UUID]:
    """The ids of a contact and of all that were merged into it, at any remove."""
    return _merged_into(Contact, contact_id)


def customers_like(customer_id: UUID) -> Select[UUID]:
    """The ids of a customer and of all that were merged into it, at any remove."""
    return _merged_into(Customer, customer_id)


def survivor_id(session: Session, contact_id: UUID) -> UUID:
    """The contact that speaks for ``contact_id`` now: itself, unless it was merged into another."""
    into = select(Contact.merged_into)
    while (next_id := session.scalar(into.where(Contact.id == contact_id))) is not None:
        contact_id = next_id
    return contact_id


def _merged_into(kind: type[Kept], first: UUID) -> Select[UUID]:
    family = select(kind.id).where(kind.id == first).cte(recursive=True)
    family = family.union(select(kind.id).join(family, kind.merged_into == family.c.id))
    return select(family.c.id)
