"""Leads and opportunities that a campaign's follow-up waves ask for, a page at a time.

Opportunities are not kept yet: who is wanted as one becomes a lead whose intent says so, for whoever
judges it.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.metrics import counter
from contracts.campaign import LeadsWanted, WantedContact
from services.lead.customers.model import Contact
from services.lead.leads.actions import tell_captured
from services.lead.leads.model import Lead, LeadAction

log = get_logger(__name__)

OPPORTUNITY: Final = "opportunity"
CAMPAIGN: Final = "service:campaign"

wanted_total = counter(
    "leads_wanted_total",
    "Contacts that follow-up waves wanted as leads, by what became of that.",
    ("outcome",),
    starts=(("captured",), ("known",), ("unknown_contact",)),
)

Basics = Row[UUID, UUID | None, str]


def capture_wanted(session: Session, event: LeadsWanted) -> None:
    """Capture a lead for each contact of a page, at most one per campaign; the others are noted on theirs.

    A contact that is not there any more is passed over: the others do not wait for it.
    """
    ids = [one.contact_id for one in event.contacts]
    basics = select(Contact.id, Contact.customer_id, Contact.region).where(Contact.id.in_(ids))
    contacts: Mapping[UUID, Basics] = {row.id: row for row in session.execute(basics)}
    theirs = select(Lead).where(Lead.campaign_id == event.campaign_id, Lead.contact_id.in_(ids))
    leads = {lead.contact_id: lead for lead in session.scalars(theirs.with_for_update())}
    for one in event.contacts:
        contact, lead = contacts.get(one.contact_id), leads.get(one.contact_id)
        if contact is None:
            wanted_total.labels(outcome="unknown_contact").inc()
            log.warning("wanted_contact_unknown", campaign_id=str(event.campaign_id), wave=str(event.wave_id))
        elif lead is None:
            leads[one.contact_id] = _captured(session, event, one, contact)
            wanted_total.labels(outcome="captured").inc()
        else:
            _note(session, event, one, lead)
            wanted_total.labels(outcome="known").inc()


def _captured(session: Session, event: LeadsWanted, wanted: WantedContact, contact: Basics) -> Lead:
    lead = Lead(
        contact_id=wanted.contact_id,
        customer_id=contact.customer_id,
        campaign_id=event.campaign_id,
        department=event.department,
        region=contact.region,
        source="campaign",
        intent=OPPORTUNITY if event.kind == OPPORTUNITY else "",
        why=event.reason,
        score=wanted.score,
        captured_by=CAMPAIGN,
        captured_at=event.wanted_at,
    )
    session.add(lead)
    tell_captured(session, lead)
    return lead


def _note(session: Session, event: LeadsWanted, wanted: WantedContact, lead: Lead) -> None:
    """Put on a lead that is there already what the follow-up knows of it."""
    if event.kind == OPPORTUNITY:
        lead.intent = lead.intent or OPPORTUNITY
    lead.why = lead.why or event.reason
    lead.score = wanted.score if wanted.score is not None else lead.score
    note = event.reason if wanted.score is None else f"{event.reason}; score {wanted.score.normalize():f}"
    session.add(
        LeadAction(id=new_id(), lead_id=lead.id, kind="wanted", actor=CAMPAIGN, note=note, at=event.wanted_at)
    )
    lead.entries += 1
