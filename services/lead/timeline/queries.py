"""Reads of the timeline: its own entries together with the histories of the contacts' leads."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, literal, null, or_, select, type_coerce, union_all
from sqlalchemy.sql.elements import KeyedColumnElement

from chassis.auth import Actor
from chassis.columns import Document
from services.lead.customers.family import customers_like, family_of
from services.lead.customers.model import Contact
from services.lead.leads.model import Lead, LeadAction
from services.lead.leads.queries import visible
from services.lead.timeline.model import LEAD, TimelineEntry

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
    """Entries, captures of leads, and all that was done with them, with the same columns."""
    leads = leads & visible(actor)
    entry = TimelineEntry
    own = (entry.id, entry.at, entry.area, entry.kind, entry.actor, entry.note)
    about = (entry.contact_id, entry.campaign_id, entry.reference)
    lead = (Lead.contact_id, Lead.campaign_id)
    none = type_coerce(null(), Document).label("detail")
    captured = (
        Lead.id,
        Lead.captured_at.label("at"),
        literal(LEAD).label("area"),
        literal("captured").label("kind"),
        Lead.captured_by.label("actor"),
        Lead.source.label("note"),
        *lead,
        Lead.id.label("reference"),
        literal("").label("on_behalf_of"),
        none,
    )
    done = (
        LeadAction.id,
        LeadAction.at,
        literal(LEAD).label("area"),
        LeadAction.kind,
        LeadAction.actor,
        LeadAction.note,
        *lead,
        Lead.id.label("reference"),
        LeadAction.on_behalf_of,
        none,
    )
    return [
        select(*own, *about, literal("").label("on_behalf_of"), entry.detail).where(told),
        select(*captured).where(leads),
        select(*done).join(Lead, Lead.id == LeadAction.lead_id).where(leads),
    ]
