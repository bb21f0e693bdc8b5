"""What scoring rules may ask about leads, read for many of them at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from services.lead.customers.model import Consent, Contact, Customer
from services.lead.leads.model import Lead, LeadTouch
from services.lead.scoring.rules import Fact, Facts, Touch

AT_ONCE = 500


@dataclass(frozen=True)
class LeadFacts:
    """A lead with what is known of it."""

    lead: Lead
    facts: Facts


def facts_of(session: Session, leads: Sequence[Lead], *, at: datetime) -> list[LeadFacts]:
    """The facts of some leads, in four statements."""
    contacts = {one.id: one for one in _all(session, Contact, {lead.contact_id for lead in leads})}
    wanted = {lead.customer_id for lead in leads if lead.customer_id is not None}
    customers = {one.id: one for one in _all(session, Customer, wanted)}
    touches: dict[UUID, list[Touch]] = {lead.id: [] for lead in leads}
    for one in session.scalars(select(LeadTouch).where(LeadTouch.lead_id.in_(sorted(touches)))):
        touches[one.lead_id].append(Touch(one.kind, one.verdict, one.at))
    granted = _consents(session, contacts)
    return [
        LeadFacts(
            lead,
            Facts(
                lead={
                    **_of_lead(lead, touches[lead.id], at=at),
                    **_of_contact(contacts[lead.contact_id]),
                    "consents": granted.get(lead.contact_id, 0),
                    "customer_kind": customers[lead.customer_id].kind if lead.customer_id else None,
                },
                captured_at=lead.captured_at,
                touches=touches[lead.id],
            ),
        )
        for lead in leads
    ]


def stream(session: Session, found: Select[Lead], *, most: int, at: datetime) -> Iterator[LeadFacts]:
    """The facts of the newest leads of a selection, a batch at a time."""
    last: UUID | None = None
    while most > 0:
        batch = found if last is None else found.where(Lead.id < last)
        leads = session.scalars(batch.order_by(Lead.id.desc()).limit(min(AT_ONCE, most))).all()
        if not leads:
            return
        yield from facts_of(session, leads, at=at)
        last, most = leads[-1].id, most - len(leads)
        session.expunge_all()


def _of_lead(lead: Lead, touches: Sequence[Touch], *, at: datetime) -> dict[str, Fact]:
    last = max((one.at for one in touches), default=lead.captured_at)
    return {
        "source": lead.source,
        "region": lead.region,
        "intent": lead.intent,
        "products": list(lead.products),
        "language": lead.language,
        "likelihood": lead.likelihood,
        "expected_amount": lead.expected_amount,
        "expected_currency": lead.expected_currency,
        "has_needs": bool(lead.needs),
        "from_campaign": lead.campaign_id is not None,
        "survey_score": lead.score,
        "touches": len(touches),
        "days_since_touch": max(0, (at - last).days),
    }


def _of_contact(contact: Contact) -> dict[str, Fact]:
    return {
        "contact_kind": contact.kind,
        "contact_country": contact.country,
        "contact_language": contact.language,
        "has_email": bool(contact.email),
        "has_phone": bool(contact.phone),
        "has_company": bool(contact.company) or contact.customer_id is not None,
    }


def _consents(session: Session, contacts: dict[UUID, Contact]) -> dict[UUID, int]:
    counted = (
        select(Consent.contact_id, func.count())
        .where(Consent.contact_id.in_(sorted(contacts)), Consent.granted)
        .group_by(Consent.contact_id)
    )
    return {contact_id: count for contact_id, count in session.execute(counted)}


def _all(session: Session, kind: Any, ids: set[UUID]) -> Sequence[Any]:
    return session.scalars(select(kind).where(kind.id.in_(sorted(ids)))).all() if ids else ()
