"""Contacts and customers that were merged count as one: who belongs together, and who speaks for them."""

from collections.abc import Collection
from typing import TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from contracts.campaign import CampaignResponded, LeadsWanted, WantedContact
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


def survivors_of(session: Session, contact_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Who speaks now for those of these contacts that were merged into others."""
    survivors: dict[UUID, UUID] = {}
    asked = set(contact_ids)
    while asked:
        merged = select(Contact.id, Contact.merged_into).where(
            Contact.id.in_(asked), Contact.merged_into.is_not(None)
        )
        found: dict[UUID, UUID] = {row.id: row.merged_into for row in session.execute(merged)}
        survivors = {one: found.get(into, into) for one, into in survivors.items()}
        survivors |= {one: into for one, into in found.items() if one in contact_ids}
        asked = set(found.values())
    return survivors


def of_survivor(session: Session, event: CampaignResponded) -> CampaignResponded:
    """The event as if it was about the contact that speaks for its contact now."""
    survivors = survivors_of(session, (event.contact_id,))
    into = survivors.get(event.contact_id)
    return msgspec.structs.replace(event, contact_id=into) if into else event


def of_survivors(session: Session, event: LeadsWanted) -> LeadsWanted:
    """The event with each contact that was merged replaced by the one that speaks for it; each once."""
    survivors = survivors_of(session, [one.contact_id for one in event.contacts])
    if not survivors:
        return event
    wanted: dict[UUID, WantedContact] = {}
    for one in event.contacts:
        into = survivors.get(one.contact_id, one.contact_id)
        wanted.setdefault(into, msgspec.structs.replace(one, contact_id=into))
    return msgspec.structs.replace(event, contacts=list(wanted.values()))


def _merged_into(kind: type[Kept], first: UUID) -> Select[UUID]:
    family = select(kind.id).where(kind.id == first).cte(recursive=True)
    family = family.union(select(kind.id).join(family, kind.merged_into == family.c.id))
    return select(family.c.id)
