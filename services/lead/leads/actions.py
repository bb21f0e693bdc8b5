"""Writes to leads: recording, changing, assigning, and what becomes of them while somebody has them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.entering import enter
from chassis.errors import Conflict, Invalid, NotYet
from chassis.files import attach
from chassis.ids import new_id
from chassis.prepared import Prepared
from contracts.campaign import CampaignResponded
from contracts.lead import (
    LeadAccepted,
    LeadAssigned,
    LeadChanged,
    LeadConverted,
    LeadNurtured,
    LeadPooled,
    LeadReturned,
    LeadWorked,
)
from services.lead.assignment.cooling import cool
from services.lead.attributes import model as owners
from services.lead.attributes.actions import checked_values
from services.lead.attributes.model import Attribute
from services.lead.customers.model import Contact
from services.lead.leads.capture import (
    INTERESTED,
    WINDOW,
    Capture,
    capture,
    door_of,
    new_lead,
    takes,
    tell_captured,
    touch,
    wake_up,
)
from services.lead.leads.model import Lead
from services.lead.leads.queries import may_see
from services.lead.leads.states import RETURNS
from services.lead.leads.timeline import require_holder, tell
from services.lead.pools.queries import pool_codes

BY_HAND = "hand"

_BASICS = Prepared(
    select(
        *(Contact.id, Contact.customer_id, Contact.region, Contact.department, Contact.language),
        Lead.id.label("lead_id"),
        Contact.merged_into.is_(None).label("speaks"),
        Contact.erased_at.is_(None).label("known"),
        exists()
        .where(Attribute.department == Contact.department, Attribute.required, ~Attribute.retired)
        .label("asks"),
    )
    .outerjoin(Lead, (Lead.contact_id == Contact.id) & (Lead.door == bindparam("door")))
    .where(Contact.id == bindparam("contact_id"))
)


def record_lead(
    session: Session,
    actor: Actor,
    *,
    contact_id: UUID,
    campaign_id: UUID | None = None,
    source: str = BY_HAND,
    products: Sequence[str] = (),
    documents: Sequence[UUID] = (),
    window: timedelta = WINDOW,
    **basics: Any,
) -> Lead:
    """Capture a lead by hand, or touch the one that the contact is already.

    Raises Invalid for an unknown contact or document, Conflict where somebody else has that lead.
    """
    door = door_of(campaign_id=campaign_id, source=source, products=products)
    contact = _BASICS.first(session, contact_id=contact_id, door=door)
    if contact is None or not actor.may_see(contact.department):
        raise Invalid({"contact_id": ["There is no such contact"]})
    if not (contact.speaks and contact.known):
        raise Conflict("The contact was merged into another" if contact.known else "The contact was erased")
    if contact.asks or "attributes" in basics:
        basics["attributes"] = checked_values(
            session, contact.department, basics.get("attributes"), known=None, owner=owners.LEAD
        )
    one = Capture(
        contact_id=contact_id,
        customer_id=contact.customer_id,
        campaign_id=campaign_id,
        department=contact.department,
        region=contact.region,
        source=source,
        door=BY_HAND,
        products=products,
        captured_by=actor.subject,
        captured_at=now(),
        note=basics.get("notes", "") or basics.get("needs", ""),
        basics={"language": contact.language, **basics},
    )
    lead = _known(session, actor, contact.lead_id, one, window=window) or _entered(session, one)
    if documents:
        attach(session, actor, documents, to=lead)
        more = [str(one) for one in documents if str(one) not in lead.documents]
        lead.documents = [*lead.documents, *more]
    return lead


def take_answer(session: Session, event: CampaignResponded, *, window: timedelta = WINDOW) -> None:
    """An interested answer captures a lead; whatever the contact says after that is a touch of it.

    Where the campaign's follow-ups choose who becomes a lead, no answer captures one by itself. An answer
    that is judged anew changes its touch. Raises NotYet for an unknown contact.
    """
    door = door_of(campaign_id=event.campaign_id, source="campaign", products=())
    contact = _BASICS.first(session, contact_id=event.contact_id, door=door)
    wanted = event.verdict == INTERESTED and event.wants_lead
    if contact is None and wanted:
        raise NotYet(f"contact {event.contact_id} is not known")
    if contact is None or not contact.known or (contact.lead_id is None and not wanted):
        return
    one = Capture(
        contact_id=event.contact_id,
        customer_id=contact.customer_id,
        campaign_id=event.campaign_id,
        department=event.department,
        region=contact.region,
        source="campaign",
        door=event.kind,
        captured_by="service:campaign",
        captured_at=event.responded_at,
        response_id=event.response_id,
        touch_id=event.response_id,
        verdict=event.verdict,
        note=event.note,
        basics={"language": contact.language},
    )
    capture(session, one, window=window if wanted else timedelta.max)


def change_lead(
    session: Session, actor: Actor, *, lead: Lead, on_behalf_of: str = "", **changes: Any
) -> Lead:
    """Correct what is known of a lead. Raises Conflict for a closed one, Invalid for half an amount."""
    if not lead.is_open:
        raise Conflict(f"The lead is {lead.state}")
    if "attributes" in changes:
        changes["attributes"] = checked_values(
            session, lead.department, changes["attributes"], known=lead.attributes, owner=owners.LEAD
        )
    if "documents" in changes:
        attach(session, actor, changes["documents"], to=lead)
        changes["documents"] = [str(one) for one in changes["documents"]]
    changed = [name for name, value in changes.items() if getattr(lead, name) != value]
    for name in changed:
        setattr(lead, name, changes[name])
    if (lead.expected_amount is None) != (lead.expected_currency is None):
        raise Invalid({"expected_currency": ["Goes with expected_amount."]})
    if not changed:
        return lead
    at = now()
    event = LeadChanged(
        lead_id=lead.id,
        campaign_id=lead.campaign_id,
        department=lead.department,
        fields=sorted(changed),
        by=actor.subject,
        on_behalf_of=on_behalf_of,
        at=at,
    )
    told = ", ".join(sorted(changed))
    return tell(session, actor, lead, event, kind="changed", note=told, at=at, on_behalf_of=on_behalf_of)


def assign_lead(
    session: Session,
    actor: Actor,
    *,
    lead: Lead,
    assignee: str,
    why: str,
    accept_by: datetime | None = None,
    on_behalf_of: str = "",
    run_id: UUID | None = None,
) -> Lead:
    """The only way that a lead gets an owner; ``why`` says what chose them. Raises Conflict by its state."""
    at, previous = now(), lead.assignee
    lead.assign(assignee, at=at, accept_by=accept_by)
    event = LeadAssigned(
        lead_id=lead.id,
        campaign_id=lead.campaign_id,
        assignee=assignee,
        assigned_by=actor.subject,
        why=why,
        assigned_at=at,
        department=lead.department,
        accept_by=accept_by,
        previous=previous or "",
        on_behalf_of=on_behalf_of,
        run_id=run_id,
    )
    told = f"{assignee}, {why}"
    return tell(session, actor, lead, event, kind="assigned", note=told, at=at, on_behalf_of=on_behalf_of)


def accept_lead(session: Session, actor: Actor, *, lead: Lead, on_behalf_of: str = "") -> Lead:
    """Take on a lead that was assigned. Raises Forbidden unless the actor has it, Conflict by its state."""
    require_holder(actor, lead, on_behalf_of=on_behalf_of)
    at = now()
    lead.accept(at=at)
    event = LeadAccepted(**_of(actor, lead, at=at, on_behalf_of=on_behalf_of), assignee=_owner(lead))
    return tell(session, actor, lead, event, kind="accepted", note="", at=at, on_behalf_of=on_behalf_of)


def work_on(session: Session, actor: Actor, *, lead: Lead, note: str = "", on_behalf_of: str = "") -> Lead:
    """Begin to work on an accepted lead. Raises Forbidden and Conflict as ``accept_lead``."""
    require_holder(actor, lead, on_behalf_of=on_behalf_of)
    at = now()
    lead.work(at=at)
    event = LeadWorked(**_of(actor, lead, at=at, on_behalf_of=on_behalf_of), assignee=_owner(lead))
    return tell(session, actor, lead, event, kind="worked", note=note, at=at, on_behalf_of=on_behalf_of)


def return_lead(
    session: Session, actor: Actor, *, lead: Lead, reason: str, pool: str = RETURNS, on_behalf_of: str = ""
) -> Lead:
    """Give a lead back to a pool, for a reason. Raises Forbidden, Conflict by its state, Invalid."""
    require_holder(actor, lead, on_behalf_of=on_behalf_of)
    _require(reason=reason, pool=pool)
    _require_pool(session, lead, pool)
    at = now()
    previous = lead.give_back(pool=pool, at=at)
    cool(session, lead_id=lead.id, subject=previous, at=at)
    event = LeadReturned(
        **_of(actor, lead, at=at, on_behalf_of=on_behalf_of), previous=previous, pool=pool, reason=reason
    )
    told = f"{reason}; to {pool}"
    return tell(session, actor, lead, event, kind="returned", note=told, at=at, on_behalf_of=on_behalf_of)


def pool_lead(
    session: Session, actor: Actor, *, lead: Lead, pool: str, why: str, on_behalf_of: str = ""
) -> Lead:
    """Lay a lead into a pool, whoever has it. Raises Conflict by its state, Invalid."""
    _require(pool=pool, why=why)
    _require_pool(session, lead, pool)
    at, previous = now(), lead.assignee
    lead.put_into(pool, at=at)
    event = LeadPooled(
        **_of(actor, lead, at=at, on_behalf_of=on_behalf_of), pool=pool, previous=previous or "", why=why
    )
    told = f"{pool}: {why}"
    return tell(session, actor, lead, event, kind="pooled", note=told, at=at, on_behalf_of=on_behalf_of)


def nurture_lead(
    session: Session, actor: Actor, *, lead: Lead, wake_at: datetime, reason: str, on_behalf_of: str = ""
) -> Lead:
    """Lay a lead aside until ``wake_at``, for a reason. Raises Forbidden, Conflict by its state, Invalid."""
    require_holder(actor, lead, on_behalf_of=on_behalf_of)
    _require(reason=reason)
    at, previous = now(), lead.assignee
    lead.lay_aside(wake_at=wake_at, at=at)
    event = LeadNurtured(
        **_of(actor, lead, at=at, on_behalf_of=on_behalf_of),
        previous=previous or "",
        wake_at=wake_at,
        reason=reason,
    )
    told = f"until {wake_at.isoformat(timespec='minutes')}: {reason}"
    return tell(session, actor, lead, event, kind="nurtured", note=told, at=at, on_behalf_of=on_behalf_of)


def wake_lead(session: Session, actor: Actor, *, lead: Lead, why: str) -> Lead:
    """Take up a lead before its time. Raises Conflict unless it was laid aside, Invalid without a why."""
    _require(why=why)
    return wake_up(session, actor, lead, why=why, at=now())


def convert_lead(
    session: Session,
    actor: Actor,
    *,
    lead: Lead,
    name: str,
    amount: Decimal,
    currency: str,
    closes_on: date | None = None,
    on_behalf_of: str = "",
) -> Lead:
    """Make an opportunity of a near-term lead. Raises Forbidden, and Conflict by its state and outcome."""
    require_holder(actor, lead, on_behalf_of=on_behalf_of)
    at, opportunity_id = now(), new_id()
    opportunity = {"id": str(opportunity_id), "name": name, "amount": str(amount), "currency": currency}
    opportunity["closes_on"] = "" if closes_on is None else closes_on.isoformat()
    lead.convert(opportunity, at=at)
    event = LeadConverted(
        **_of(actor, lead, at=at, on_behalf_of=on_behalf_of),
        contact_id=lead.contact_id,
        customer_id=lead.customer_id,
        assignee=_owner(lead),
        opportunity_id=opportunity_id,
        name=name,
        amount=amount,
        currency=currency,
        closes_on=closes_on,
        products=list(lead.products),
        touches=lead.touch_count,
    )
    return tell(session, actor, lead, event, kind="converted", note=name, at=at, on_behalf_of=on_behalf_of)


def _entered(session: Session, one: Capture) -> Lead:
    lead = new_lead(one)
    enter(session, lead)
    tell_captured(session, lead, door=one.door)
    return lead


def _known(
    session: Session, actor: Actor, lead_id: UUID | None, one: Capture, *, window: timedelta
) -> Lead | None:
    """The lead that the contact is already, touched; None where it takes no more touches."""
    lead = session.get(Lead, lead_id, with_for_update=True) if lead_id is not None else None
    if lead is None or lead.door is None:
        return None
    if not takes(lead, one.captured_at, window=window):
        lead.door = None
        session.flush()
        return None
    if not may_see(session, actor, lead):
        raise Conflict("The contact is such a lead already, and somebody else looks after it")
    session.add(touch(session, lead, one))
    return lead


def _of(actor: Actor, lead: Lead, *, at: datetime, on_behalf_of: str) -> dict[str, Any]:
    """What the events of acts have in common."""
    return {
        "lead_id": lead.id,
        "campaign_id": lead.campaign_id,
        "department": lead.department,
        "by": actor.subject,
        "on_behalf_of": on_behalf_of,
        "at": at,
    }


def _owner(lead: Lead) -> str:
    assert lead.assignee is not None
    return lead.assignee


def _require_pool(session: Session, lead: Lead, pool: str) -> None:
    if pool not in pool_codes(session, lead.department):
        raise Invalid({"pool": [f"{lead.department} has no open pool {pool}"]})


def _require(**texts: str) -> None:
    missing = {name: ["Is needed"] for name, value in texts.items() if not value.strip()}
    if missing:
        raise Invalid(missing)
