"""Writes to customers, contacts and their consent."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Invalid, NotYet
from chassis.ids import new_id
from chassis.outbox import publish
from contracts.lead import ContactSaved
from contracts.outreach import SuppressionAdded, SuppressionRemoved
from services.lead.attributes import model as owners
from services.lead.attributes.actions import checked_values
from services.lead.contact_roles.actions import check_role
from services.lead.customers import queries
from services.lead.customers.family import survivor_id
from services.lead.customers.model import CHANNELS, Channel, ConsentProof, Contact, Customer
from services.lead.customers.reach import (
    Unreachable,
    chat_address,
    country_code,
    email_address,
    phone_number,
    time_zone,
)
from services.lead.customers.validity import HEARD, INVALID, Verdict, heard_of
from services.lead.timeline import actions as timeline
from services.lead.timeline.model import CONSENT, CONTACT

_BLANK = {
    **dict.fromkeys(("given_name", "family_name", "company", "kind", "region", "language", "source"), ""),
    **dict.fromkeys(("country", "time_zone", "role"), ""),
    **dict.fromkeys(("email", "phone", "customer_id", "fax", "chat", "address")),
}


SUPPRESSION = "suppression"
"""The source of consent that follows what outreach tells."""

ABOUT_ADDRESSES = ("bounced", "returned")
"""Reasons of suppressions that say nothing about what the contact wants."""


def add_customer(session: Session, actor: Actor, *, name: str, department: str, **basics: Any) -> Customer:
    """Record a customer. Raises Forbidden for a foreign department, Invalid for its attributes."""
    actor.require_department(department)
    at = now()
    blank = {"kind": "", "region": "", "source": "", "owner": actor.subject}
    given = basics.pop("attributes", None)
    values = checked_values(session, department, given, known=None, owner=owners.CUSTOMER)
    customer = Customer(
        department=department, created_at=at, changed_at=at, attributes=values, **{**blank, **basics}
    )
    customer.rename(name)
    session.add(customer)
    timeline.note_change(session, area=CONTACT, kind="created", actor=actor.subject, customer_id=customer.id)
    return customer


def change_customer(session: Session, *, customer: Customer, **changes: Any) -> Customer:
    """Take over the given basics. No event tells of customers, so the version is counted here.

    Raises Conflict for one that was merged into another, Invalid for its attributes and main contact.
    """
    if customer.merged_into is not None:
        raise Conflict(f"The customer was merged into {customer.merged_into}")
    if "attributes" in changes:
        changes["attributes"] = checked_values(
            session,
            customer.department,
            changes["attributes"],
            known=customer.attributes,
            owner=owners.CUSTOMER,
        )
    if (main := changes.get("main_contact_id")) is not None:
        _require_contact_of(session, customer, main)
    if "name" in changes:
        customer.rename(changes.pop("name"))
    for name, value in changes.items():
        setattr(customer, name, value)
    customer.version += 1
    customer.changed_at = now()
    return customer


def remove_customer(session: Session, *, customer: Customer) -> None:
    """Delete a customer. Raises Conflict while it has contacts, or is part of a merge."""
    if customer.merged_into is not None:
        raise Conflict(f"The customer was merged into {customer.merged_into}")
    if session.scalar(select(exists().where(Customer.merged_into == customer.id))):
        raise Conflict("Other customers were merged into it")
    if session.scalar(select(exists().where(Contact.customer_id == customer.id))):
        raise Conflict("The customer has contacts")
    session.delete(customer)


def add_contact(
    session: Session,
    actor: Actor,
    *,
    department: str,
    phone_region: str,
    complete: bool = True,
    **basics: Any,
) -> Contact:
    """Record a contact. ``phone_region`` reads a phone number without a country code.

    ``complete``: whether the attributes that the department needs must be there. Raises Forbidden for a
    foreign department, Invalid, and Conflict when the department has the contact already.
    """
    actor.require_department(department)
    at = now()
    contact = Contact(department=department, created_at=at, revision=0, consents=[], attributes={}, reach={})
    given = basics.pop("attributes", None)
    values = _checked(session, department, basics, phone_region=phone_region)
    if complete or given:
        values["attributes"] = checked_values(session, department, given, known=None, owner=owners.CONTACT)
    contact.change({**_BLANK, "owner": actor.subject, **values}, at=at)
    _refuse_anonymous(contact)
    refuse_double(session, contact)
    session.add(contact)
    _tell(session, contact, kind="created", actor=actor.subject, note=contact.source)
    return contact


def change_contact(
    session: Session, actor: Actor, *, contact: Contact, phone_region: str, **changes: Any
) -> Contact:
    """Take over the given basics. Raises Invalid, and Conflict when that makes it a double.

    One that was merged into another, or erased, is not changed.
    """
    require_present(contact)
    with session.no_autoflush:
        if "attributes" in changes:
            changes["attributes"] = checked_values(
                session,
                contact.department,
                changes["attributes"],
                known=contact.attributes,
                owner=owners.CONTACT,
            )
        contact.change(_checked(session, contact.department, changes, phone_region=phone_region), at=now())
        _refuse_anonymous(contact)
        refuse_double(session, contact)
    _tell(session, contact, kind="changed", actor=actor.subject, note=", ".join(sorted(changes)))
    return contact


def require_present(contact: Contact) -> None:
    """Raises Conflict for a contact that was merged into another, or erased."""
    if contact.merged_into is not None:
        raise Conflict(f"The contact was merged into {contact.merged_into}")
    if contact.erased_at is not None:
        raise Conflict("The contact was erased")


def record_consent(
    session: Session,
    actor: Actor,
    *,
    contact: Contact,
    channel: Channel,
    granted: bool,
    wording: str,
    source: str,
) -> Contact:
    """Keep the contact's word on ``channel`` with its proof. Raises Conflict as ``require_present``."""
    require_present(contact)
    _record(
        session,
        contact,
        channel=channel,
        granted=granted,
        at=now(),
        wording=wording,
        source=source,
        recorded_by=actor.subject,
    )
    return contact


def withdraw_consent(session: Session, event: SuppressionAdded) -> None:
    """A suppression is the contact's no to its channel, or says that an address of theirs is no good.

    Raises NotYet for an unknown contact.
    """
    if event.reason in ABOUT_ADDRESSES:
        _take_verdict(session, event)
    else:
        _take_word(session, event, granted=False, at=event.added_at, wording=event.reason)


def renew_consent(session: Session, event: SuppressionRemoved) -> None:
    """A suppression that the contacts themselves lifted is their yes to its channel.

    Raises NotYet for an unknown contact.
    """
    if event.removed_by == "contact":
        _take_word(session, event, granted=True, at=event.removed_at, wording="preference page")


def _take_word(
    session: Session,
    event: SuppressionAdded | SuppressionRemoved,
    *,
    granted: bool,
    at: datetime,
    wording: str,
) -> None:
    contact = _spoken_for(session, event.contact_id)
    channel = next((channel for channel in CHANNELS if channel == event.channel), None)
    if channel is not None:
        _record(
            session,
            contact,
            channel=channel,
            granted=granted,
            at=at,
            wording=wording,
            source=SUPPRESSION,
            recorded_by="service:outreach",
        )


def _take_verdict(session: Session, event: SuppressionAdded) -> None:
    """Nothing arrives at the address that the contact has on this channel."""
    contact = _spoken_for(session, event.contact_id)
    column = HEARD.get(event.channel)
    address = getattr(contact, column) if column else None
    if column is None or not address:
        return
    verdict = Verdict(INVALID, event.reason)
    contact.change({"reach": heard_of(contact.reach, column, address, verdict, at=event.added_at)}, at=now())
    publish(session, contact, ContactSaved(contact=contact.card()))


def _spoken_for(session: Session, contact_id: UUID) -> Contact:
    """The contact, or the one that it was merged into, locked. Raises NotYet for one that is not known."""
    contact = queries.contact_for_change(session, survivor_id(session, contact_id))
    if contact is None:
        raise NotYet(f"contact {contact_id} is not known")
    return contact


def _tell(session: Session, contact: Contact, *, kind: str, actor: str, note: str) -> None:
    timeline.note_change(session, area=CONTACT, kind=kind, actor=actor, note=note, contact_id=contact.id)
    publish(session, contact, ContactSaved(contact=contact.card()))


def _require_contact_of(session: Session, customer: Customer, contact_id: UUID) -> None:
    contact = session.get(Contact, contact_id)
    if contact is None or contact.customer_id != customer.id:
        raise Invalid({"main_contact_id": ["Is no contact of the customer"]})


def _record(
    session: Session,
    contact: Contact,
    *,
    channel: Channel,
    granted: bool,
    at: datetime,
    source: str,
    **proof: str,
) -> None:
    word = {"channel": channel, "granted": granted, "source": source, "recorded_at": at}
    session.add(ConsentProof(id=new_id(), contact_id=contact.id, **word, **proof))
    if source != SUPPRESSION:
        kind = "consent_granted" if granted else "consent_withdrawn"
        note, actor = f"{channel}: {proof['wording']}", proof["recorded_by"]
        timeline.note_change(session, area=CONSENT, kind=kind, actor=actor, note=note, contact_id=contact.id)
    if contact.consent_to(channel, granted=granted, at=at, source=source):
        contact.touch(now())
        publish(session, contact, ContactSaved(contact=contact.card()))


def _checked(
    session: Session, department: str, basics: dict[str, Any], *, phone_region: str
) -> dict[str, object]:
    """The basics with address and number in normal form. Raises Invalid."""
    values = dict(basics)
    in_normal_form: dict[str, Callable[[str], str | None]] = {
        "email": email_address,
        "phone": lambda text: phone_number(text, phone_region),
        "fax": lambda text: phone_number(text, phone_region),
        "country": country_code,
        "time_zone": time_zone,
        "chat": chat_address,
    }
    for name, normal in in_normal_form.items():
        try:
            if values.get(name) is not None:
                values[name] = normal(values[name])
        except Unreachable as error:
            raise Invalid({name: [str(error)]}) from None
    address: dict[str, Any] | None = values.get("address")
    if address is not None:
        values["address"] = _addressed(address)
    check_role(session, department, values.get("role") or "")
    customer_id: UUID | None = values.get("customer_id")
    if customer_id is not None:
        customer = session.get(Customer, customer_id)
        if customer is None or customer.department != department or customer.merged_into is not None:
            raise Invalid({"customer_id": ["There is no such customer in the department"]})
    return values


def _addressed(address: dict[str, Any]) -> dict[str, Any]:
    """The postal address in the order of its card. Raises Invalid for a country that is none."""
    try:
        country = country_code(address["country"])
    except Unreachable as error:
        raise Invalid({"address.country": [str(error)]}) from None
    return {"lines": address["lines"], "postal_code": "", "city": "", **address, "country": country}


def _refuse_anonymous(contact: Contact) -> None:
    if not (contact.given_name or contact.family_name or contact.match_key):
        raise Invalid("A contact needs a name, a company, an email address or a phone number")


def refuse_double(session: Session, contact: Contact) -> None:
    """Raises Conflict when the department has another contact that is found by the same."""
    if contact.match_key is None:
        return
    same = select(Contact.id).where(
        Contact.department == contact.department,
        Contact.match_key == contact.match_key,
        Contact.id != contact.id,
    )
    double = session.scalar(same)
    if double is not None:
        raise Conflict(f"The department has this contact already: {double}")
