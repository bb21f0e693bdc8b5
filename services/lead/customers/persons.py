"""Who contacts and customers are, taken away: addresses, names, and the addresses in proofs of consent."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.forgetting import forget_words
from chassis.outbox import publish
from contracts.lead import ContactSaved
from services.lead.customers.model import ConsentProof, Contact, Customer
from services.lead.customers.queries import contact_for_change

CONSUMER: Final = "consumer"
"""The kind of a customer that is a person itself."""

_GONE: Final[dict[str, object]] = {
    **dict.fromkeys(("given_name", "family_name", "company", "role", "time_zone"), ""),
    **dict.fromkeys(("email", "phone", "fax", "chat", "address", "former_key", "customer_id")),
    "external_id": None,
    "attributes": {},
    "reach": {},
}


@dataclass(frozen=True)
class Traces:
    """What a person is found by where no id stands: their addresses, and the keys of their contacts."""

    addresses: Sequence[str]
    keys: Sequence[str]
    customer_ids: Sequence[UUID]


def forget(session: Session, contact_ids: Sequence[UUID]) -> Traces:
    """Blank the contacts, which are locked in the order of their ids. Returns what they were found by."""
    contacts = [one for key in sorted(contact_ids) if (one := contact_for_change(session, key)) is not None]
    addresses = {one for contact in contacts for one in (contact.email, contact.phone) if one}
    keys = {one for contact in contacts for one in (contact.match_key, contact.former_key) if one}
    customers = {one.customer_id for one in contacts if one.customer_id is not None}
    at = now()
    for contact in contacts:
        contact.erased_at = at
        contact.change(dict(_GONE), at=at)
        publish(session, contact, ContactSaved(contact=contact.card()))
    forget_words(session, Contact, contact_ids)
    _veil_proofs(session, contact_ids)
    gone = _forget_customers(session, sorted(customers))
    return Traces(sorted(addresses), sorted(keys), gone)


def veiled(proof_id: UUID, address: str) -> str:
    """What stays of the address in a proof: enough to see that it was this one, for whoever names it."""
    told = f"{proof_id}\n{address.strip().lower()}"
    return f"sha256:{hashlib.sha256(told.encode()).hexdigest()}"


def _veil_proofs(session: Session, contact_ids: Sequence[UUID]) -> None:
    columns = select(ConsentProof.id, ConsentProof.evidence)
    proofs = session.execute(
        columns.where(ConsentProof.contact_id.in_(contact_ids), ConsentProof.evidence.is_not(None))
    ).all()
    for proof_id, evidence in proofs:
        if evidence.get("address"):
            told: dict[str, Any] = {**evidence, "address": veiled(proof_id, evidence["address"])}
            session.execute(update(ConsentProof).where(ConsentProof.id == proof_id).values(evidence=told))


def _forget_customers(session: Session, customer_ids: Sequence[UUID]) -> list[UUID]:
    """Blank those who are the person: consumers of whom nobody is left. Returns their ids."""
    session.flush()
    left = exists().where(Contact.customer_id == Customer.id)
    theirs = select(Customer).where(Customer.id.in_(customer_ids), Customer.kind == CONSUMER, ~left)
    customers = session.scalars(theirs.order_by(Customer.id).with_for_update()).all()
    for customer in customers:
        customer.rename("")
        customer.attributes = {}
        customer.version += 1
        customer.changed_at = now()
    ids = [one.id for one in customers]
    forget_words(session, Customer, ids)
    return ids
