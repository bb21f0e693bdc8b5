"""Writes to leads and reps."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.entering import enter
from chassis.errors import Conflict, Invalid, NotYet
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.prepared import Prepared
from contracts.campaign import CampaignResponded
from contracts.lead import LeadAssigned, LeadCaptured, LeadQualified
from services.lead.customers.model import Contact
from services.lead.leads import rota
from services.lead.leads.model import NO_CURRENCY, Grade, Lead, LeadAction, LeadTouch, Outcome, Rep

_BASICS = Prepared(
    select(Contact.id, Contact.customer_id, Contact.region, Contact.department).where(
        Contact.id == bindparam("contact_id")
    )
)


def record_lead(
    session: Session, actor: Actor, *, contact_id: UUID, campaign_id: UUID | None = None, **basics: Any
) -> Lead:
    """Capture a lead by hand. Raises Invalid for an unknown contact, Conflict when the campaign has
    one of that contact already.
    """
    contact = _BASICS.first(session, contact_id=contact_id)
    if contact is None or not actor.may_see(contact.department):
        raise Invalid({"contact_id": ["There is no such contact"]})
    if campaign_id is not None:
        double = select(Lead.id).where(Lead.contact_id == contact_id, Lead.campaign_id == campaign_id)
        if known := session.scalar(double):
            raise Conflict(f"The contact is a lead of this campaign already: {known}")
    lead = Lead(
        contact_id=contact_id,
        customer_id=contact.customer_id,
        campaign_id=campaign_id,
        department=contact.department,
        region=contact.region,
        captured_by=actor.subject,
        captured_at=now(),
        **{"source": "hand", **basics},
    )
    enter(session, lead)
    tell_captured(session, lead)
    return lead


def take_answer(session: Session, event: CampaignResponded) -> None:
    """An interested answer captures a lead; whatever the contact says after that is a touch of it.

    Where the campaign's follow-ups choose who becomes a lead, no answer captures one by itself. An answer
    that is judged anew changes its touch. Raises NotYet for an unknown contact.
    """
    same = select(Lead).where(Lead.contact_id == event.contact_id, Lead.campaign_id == event.campaign_id)
    lead = session.scalar(same.with_for_update())
    if lead is None:
        if event.verdict != "interested" or not event.wants_lead:
            return
        lead = _lead_from_answer(session, event)
    touch = session.get(LeadTouch, event.response_id)
    if touch is not None:
        touch.verdict, touch.note = event.verdict, event.note
        return
    touch = LeadTouch(
        response_id=event.response_id,
        lead_id=lead.id,
        kind=event.kind,
        verdict=event.verdict,
        note=event.note,
        at=event.responded_at,
    )
    session.add(touch)
    lead.entries += 1


def qualify_lead(
    session: Session,
    actor: Actor,
    *,
    lead: Lead,
    outcome: Outcome,
    grade: Grade = "D",
    value: Decimal = Decimal(),
    currency: str = NO_CURRENCY,
    reason: str = "",
) -> Lead:
    """Judge a lead. Raises Invalid and Conflict as Lead.qualify."""
    at = now()
    lead.qualify(outcome=outcome, grade=grade, value=value, currency=currency, reason=reason, at=at)
    _note(session, actor, lead, kind="qualified", note=f"{outcome}, grade {grade}: {reason}".rstrip(": "))
    event = LeadQualified(
        lead_id=lead.id,
        contact_id=lead.contact_id,
        campaign_id=lead.campaign_id,
        outcome=outcome,
        grade=grade,
        value=value,
        currency=currency,
        qualified_by=actor.subject,
        reason=reason,
        qualified_at=at,
    )
    publish(session, lead, event)
    return lead


def assign_lead(session: Session, actor: Actor, *, lead: Lead, assignee: str | None = None) -> Lead:
    """Give a lead to ``assignee``, or to the rep whose turn it is. Raises Conflict and Invalid."""
    lead.require_assignable()
    reps = rota.active_reps(session, lead.department)
    if assignee is None:
        choice = rota.choose(reps, department=lead.department)
    else:
        choice = rota.named(reps, assignee=assignee, chosen_by=actor.subject)
    at = now()
    rota.take_turn(choice.rep, reps, at=at)
    lead.assign(choice.rep.subject, at=at)
    _note(session, actor, lead, kind="assigned", note=f"{choice.rep.subject}, {choice.why}")
    event = LeadAssigned(
        lead_id=lead.id,
        campaign_id=lead.campaign_id,
        assignee=choice.rep.subject,
        assigned_by=actor.subject,
        why=choice.why,
        assigned_at=at,
    )
    publish(session, lead, event)
    return lead


def add_rep(session: Session, actor: Actor, *, subject: str, name: str, department: str) -> Rep:
    """Let a rep take part in the round robin. Raises Forbidden, and Conflict when he already does."""
    actor.require_department(department)
    if session.scalar(select(Rep.id).where(Rep.department == department, Rep.subject == subject)):
        raise Conflict(f"{subject} is a sales rep of {department} already")
    rep = Rep(subject=subject, name=name, department=department, active=True, turn=0, created_at=now())
    session.add(rep)
    return rep


def change_rep(session: Session, *, rep: Rep, **changes: Any) -> Rep:
    """Rename a rep, or let him pause (``active`` false)."""
    for name, value in changes.items():
        setattr(rep, name, value)
    rep.version += 1
    return rep


def _lead_from_answer(session: Session, event: CampaignResponded) -> Lead:
    contact = _BASICS.first(session, contact_id=event.contact_id)
    if contact is None:
        raise NotYet(f"contact {event.contact_id} is not known")
    lead = Lead(
        contact_id=event.contact_id,
        customer_id=contact.customer_id,
        campaign_id=event.campaign_id,
        response_id=event.response_id,
        department=event.department,
        region=contact.region,
        source="campaign",
        captured_by="service:campaign",
        captured_at=event.responded_at,
    )
    session.add(lead)
    tell_captured(session, lead)
    session.flush()
    return lead


def tell_captured(session: Session, lead: Lead) -> None:
    """Publish that a lead was captured."""
    event = LeadCaptured(
        lead_id=lead.id,
        contact_id=lead.contact_id,
        customer_id=lead.customer_id,
        campaign_id=lead.campaign_id,
        response_id=lead.response_id,
        department=lead.department,
        region=lead.region,
        source=lead.source,
        captured_at=lead.captured_at,
    )
    publish(session, lead, event)


def _note(session: Session, actor: Actor, lead: Lead, *, kind: str, note: str) -> None:
    session.add(LeadAction(id=new_id(), lead_id=lead.id, kind=kind, actor=actor.subject, note=note, at=now()))
    lead.entries += 1
