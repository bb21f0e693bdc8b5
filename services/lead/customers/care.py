"""Looking after customers and contacts: handing them over, and judging their addresses."""

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Invalid
from chassis.outbox import publish
from contracts.lead import ContactSaved
from services.lead.customers.actions import require_present
from services.lead.customers.model import Contact, Customer
from services.lead.customers.validity import CHECKED, Verdict, heard_of
from services.lead.timeline import actions as timeline
from services.lead.timeline.model import CONTACT

HANDED_OVER = "handed_over"


def hand_over_contact(
    session: Session, actor: Actor, *, contact: Contact, owner: str, reason: str
) -> Contact:
    """Give a contact to another owner. Raises Conflict for one that is not there any more."""
    require_present(contact)
    note = f"{contact.owner or 'nobody'} → {owner}: {reason}"
    contact.change({"owner": owner}, at=now())
    timeline.note_change(
        session, area=CONTACT, kind=HANDED_OVER, actor=actor.subject, note=note, contact_id=contact.id
    )
    publish(session, contact, ContactSaved(contact=contact.card()))
    return contact


def hand_over_customer(
    session: Session, actor: Actor, *, customer: Customer, owner: str, reason: str
) -> Customer:
    """Give a customer to another owner; its contacts keep theirs. Raises Conflict for a merged one."""
    if customer.merged_into is not None:
        raise Conflict(f"The customer was merged into {customer.merged_into}")
    note = f"{customer.owner or 'nobody'} → {owner}: {reason}"
    customer.owner, customer.changed_at = owner, now()
    customer.version += 1
    timeline.note_change(
        session, area=CONTACT, kind=HANDED_OVER, actor=actor.subject, note=note, customer_id=customer.id
    )
    return customer


def judge_channel(
    session: Session, actor: Actor, *, contact: Contact, channel: str, validity: str, reason: str
) -> Contact:
    """Note what somebody found out of an address of a contact. It holds while the contact has the address.

    Raises Invalid for a channel that is not judged, Conflict where the contact has no address on it.
    """
    require_present(contact)
    if channel not in CHECKED:
        raise Invalid({"channel": [f"Must be one of {', '.join(CHECKED)}"]})
    address: str | None = getattr(contact, channel)
    if not address:
        raise Conflict(f"The contact has no {channel}")
    at = now()
    told = heard_of(contact.reach, channel, address, Verdict(validity, reason), at=at)
    return _renewed(session, actor, contact, told, note=f"{channel}: {validity}, {reason}")


def forget_verdict(session: Session, actor: Actor, *, contact: Contact, channel: str) -> Contact:
    """Have the rules judge an address again, whatever was heard of it. Raises Invalid as judge_channel."""
    require_present(contact)
    if channel not in CHECKED:
        raise Invalid({"channel": [f"Must be one of {', '.join(CHECKED)}"]})
    kept = {name: told for name, told in (contact.reach or {}).items() if name != channel}
    return _renewed(session, actor, contact, kept, note=f"{channel}: by the rules")


def _renewed(
    session: Session, actor: Actor, contact: Contact, reach: dict[str, object], *, note: str
) -> Contact:
    contact.change({"reach": reach}, at=now())
    timeline.note_change(
        session, area=CONTACT, kind="address_judged", actor=actor.subject, note=note, contact_id=contact.id
    )
    publish(session, contact, ContactSaved(contact=contact.card()))
    return contact
