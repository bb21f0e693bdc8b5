"""Reads of the timeline: its own entries together with the histories of the contacts' leads."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, literal, null, or_, select, type_coerce, union_all
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import KeyedColumnElement

from chassis.auth import Actor
from chassis.columns import Document
from services.lead.customers.family import customers_like, family_of
from services.lead.customers.model import Contact
from services.lead.leads.model import Lead, LeadAction, LeadTouch
from services.lead.leads.queries import visible
from services.lead.timeline.model import ANSWER, FORM, LEAD, TimelineEntry

Listing = tuple[Select[Any], KeyedColumnElement[UUID]]
"""What ``request.page`` takes: the entries, and the column that they are in order of."""


def of_contact(actor: Actor, contact_id: UUID, **wanted: Any) -> Listing:
    """What happened with a contact, and with those that were merged into it."""
    theirs = family_of(contact_id)
    return _listing(actor, TimelineEntry.contact_id.in_(theirs), Lead.contact_id.in_(theirs), **wanted)


def of_customer(actor: Actor, customer_id: UUID, **wanted: Any) -> Listing:
    """What happened with a customer, with those merged into it, and with their contacts."""
    same = customers_like(customer_id)
    contacts = select(Contact.id).where(Contact.customer_id.in_(same))
    told = or_(TimelineEntry.customer_id.in_(same), TimelineEntry.contact_id.in_(contacts))
    leads = or_(Lead.customer_id.in_(same), Lead.contact_id.in_(contacts))
    return _listing(actor, told, leads, **wanted)


def _listing(
    actor: Actor,
    told: ColumnElement[bool],
    leads: ColumnElement[bool],
    *,
    area: str | None = None,
    kind: str | None = None,
    campaign_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Listing:
    entries = union_all(*_parts(actor, told, leads)).subquery("timeline")
    listed = select(entries)
    for column, value in (("area", area), ("kind", kind), ("campaign_id", campaign_id)):
        if value is not None:
            listed = listed.where(entries.c[column] == value)
    if since is not None:
        listed = listed.where(entries.c.at >= since)
    if until is not None:
        listed = listed.where(entries.c.at < until)
    return listed, entries.c.id


def _parts(actor: Actor, told: ColumnElement[bool], leads: ColumnElement[bool]) -> list[Select[Any]]:
    """Entries, captures of leads, what was done with them, and touches that are no entry themselves."""
    entry, nobody = TimelineEntry, literal("")
    own = (entry.id, entry.at, entry.area, entry.kind, entry.actor, nobody.label("on_behalf_of"), entry.note)
    about = (entry.contact_id, entry.campaign_id, entry.reference, entry.detail)
    leads = leads & visible(actor)
    known = select(entry.reference).where(told, entry.area.in_((ANSWER, FORM)), entry.reference.is_not(None))
    captured = _of_lead(
        *(Lead.id, Lead.captured_at, literal("captured"), Lead.captured_by, nobody),
        _with_why(Lead.source, Lead.why),
    )
    done = _of_lead(
        *(LeadAction.id, LeadAction.at, LeadAction.kind, LeadAction.actor),
        *(LeadAction.on_behalf_of, LeadAction.note),
    )
    touched = _of_lead(
        *(LeadTouch.response_id, LeadTouch.at, literal("touched"), LeadTouch.captured_by, nobody),
        _with_why(LeadTouch.kind, LeadTouch.note),
    )
    return [
        select(*own, *about).where(told),
        captured.where(leads),
        done.join(Lead, Lead.id == LeadAction.lead_id).where(leads),
        touched.join(Lead, Lead.id == LeadTouch.lead_id).where(leads, LeadTouch.response_id.not_in(known)),
    ]


def _with_why(way: InstrumentedAttribute[str], why: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """How somebody came, and why where that is known."""
    return case((why != "", way + ": " + why), else_=way)


def _of_lead(*what: Any) -> Select[Any]:
    """Something about a lead, with the columns of an entry: id, at, kind, actor, on_behalf_of, note."""
    key, at, kind, actor, on_behalf_of, note = what
    return select(
        key.label("id"),
        at.label("at"),
        literal(LEAD).label("area"),
        kind.label("kind"),
        actor.label("actor"),
        on_behalf_of.label("on_behalf_of"),
        note.label("note"),
        Lead.contact_id,
        Lead.campaign_id,
        Lead.id.label("reference"),
        type_coerce(null(), Document).label("detail"),
    )
