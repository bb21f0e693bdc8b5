"""What leads say about a person, taken away; that they were, and how far they came, stays."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.forgetting import forget_words
from chassis.outbox import publish
from contracts.lead import LeadChanged
from services.lead.leads.model import Lead, LeadAction, LeadTouch

WORDS: Final = ("needs", "intent", "notes", "reason", "why")
"""What people write into a lead in their own words."""

_CHANGED: Final = [*WORDS, "attributes", "documents"]


def forget(session: Session, actor: Actor, lead_ids: Sequence[UUID]) -> int:
    """Blank the words of some leads, of their acts and touches, and in the audit trail. Returns how many."""
    locked = select(Lead).where(Lead.id.in_(lead_ids)).order_by(Lead.id).with_for_update()
    leads = session.scalars(locked).all()
    for lead in leads:
        for name in WORDS:
            setattr(lead, name, "")
        lead.attributes, lead.documents = {}, []
        if lead.opportunity is not None:
            lead.opportunity = {**lead.opportunity, "name": ""}
        publish(session, lead, _changed(actor, lead))
    for history in (LeadTouch, LeadAction):
        session.execute(update(history).where(history.lead_id.in_(lead_ids)).values(note=""))
    forget_words(session, Lead, lead_ids)
    return len(leads)


def _changed(actor: Actor, lead: Lead) -> LeadChanged:
    return LeadChanged(
        lead_id=lead.id,
        campaign_id=lead.campaign_id,
        department=lead.department,
        fields=_CHANGED,
        by=actor.subject,
        at=now(),
    )
