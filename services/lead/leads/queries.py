"""Reads of leads with their history. Who sees which leads is decided here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import NotFound
from chassis.files.model import StoredFile
from chassis.prepared import Prepared
from contracts.roles import SALES_REP
from services.lead.customers.model import Contact
from services.lead.handover.acting import stood_in_for
from services.lead.leads.model import Lead, LeadAction, LeadTouch
from services.lead.leads.states import State
from services.lead.pools.queries import may_pick
from services.lead.roles import READERS_OF_ALL

_LEAD = Prepared(select(Lead.__table__).where(Lead.id == bindparam("lead_id")))
BROUGHT = {"wanted": "wanted", "hand": "recorded again", "import": "imported again"}
"""What the timeline calls touches that are no answer, by their door."""


class Held(Protocol):
    """What of a lead decides who sees it."""

    @property
    def id(self) -> UUID: ...
    @property
    def department(self) -> str: ...
    @property
    def assignee(self) -> str | None: ...
    @property
    def captured_by(self) -> str: ...
    @property
    def state(self) -> str: ...


@dataclass(frozen=True)
class Entry:
    """Something that happened to a lead, and by whom; ``on_behalf_of`` whom they stood in for."""

    at: datetime
    kind: str
    actor: str
    note: str
    on_behalf_of: str = ""


class LeadHistory:
    """A lead, with all that it holds as attributes, and its touches and its timeline, oldest first."""

    def __init__(self, lead: Lead, touches: Sequence[LeadTouch] = (), timeline: Sequence[Entry] = ()) -> None:
        self.lead = lead
        held = lead._asdict() if hasattr(lead, "_asdict") else vars(lead)
        self.__dict__.update(held, touches=touches, timeline=timeline)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.lead, name)


def sees_own_only(actor: Actor) -> bool:
    """Whether the actor is a rep and nothing else: then only own leads are there."""
    return actor.has(SALES_REP) and not actor.has(*READERS_OF_ALL) and not actor.administers


def visible(actor: Actor) -> ColumnElement[bool]:
    """A condition that keeps the leads that the actor may know of.

    Those of their departments; a rep only those that they have or may pick, those of whom they stand in for
    now, and new ones that they brought themselves.
    """
    scope = actor.scope(Lead.department)
    if not sees_own_only(actor):
        return scope
    brought = and_(Lead.state == State.NEW, Lead.captured_by == actor.subject)
    return and_(scope, or_(Lead.assignee == actor.subject, brought, stood_in_for(actor), may_pick(actor)))


def may_see(session: Session, actor: Actor, lead: Held) -> bool:
    """The same as ``visible``, of one lead."""
    if not actor.may_see(lead.department):
        return False
    brought = lead.state == State.NEW and lead.captured_by == actor.subject
    if not sees_own_only(actor) or lead.assignee == actor.subject or brought:
        return True
    return session.scalar(select(Lead.id).where(Lead.id == lead.id, visible(actor))) is not None


def leads(
    actor: Actor,
    *,
    text: str = "",
    captured_from: datetime | None = None,
    captured_until: datetime | None = None,
    **equal: Any,
) -> Select[Lead]:
    """The leads that the actor may know of; ``captured_until`` is the first moment that counts no more.

    ``text`` is part of what is said of the lead, or of its contact's name, company or address.
    """
    found = select(Lead).where(visible(actor)).filter_by(**equal)
    if text:
        found = found.where(_mentions(text))
    if captured_from is not None:
        found = found.where(Lead.captured_at >= captured_from)
    if captured_until is not None:
        found = found.where(Lead.captured_at < captured_until)
    return found


def find_lead(session: Session, actor: Actor, lead_id: UUID) -> Lead:
    """A lead to read: a row with the attributes of one. Raises NotFound."""
    return _seen(session, actor, _LEAD.first(session, lead_id=lead_id), lead_id)


def take_lead(session: Session, actor: Actor, lead_id: UUID) -> Lead:
    """The lead, locked for a change. Raises NotFound."""
    return _seen(session, actor, session.get(Lead, lead_id, with_for_update=True), lead_id)


def history(session: Session, lead: Lead) -> LeadHistory:
    """What happened to a lead. A fresh one has no entries that would have to be looked up."""
    told = f"{lead.source}: {lead.why}" if lead.why else lead.source
    captured = Entry(lead.captured_at, "captured", lead.captured_by, told)
    if not lead.entries:
        return LeadHistory(lead, (), (captured,))
    touched = select(LeadTouch).where(LeadTouch.lead_id == lead.id)
    touches = session.scalars(touched.order_by(LeadTouch.at, LeadTouch.response_id)).all()
    done = select(LeadAction).where(LeadAction.lead_id == lead.id).order_by(LeadAction.id)
    entries = [
        Entry(one.at, one.kind, one.actor, one.note, one.on_behalf_of) for one in session.scalars(done)
    ]
    came = [_came(one) for one in touches]
    timeline = sorted((captured, *came, *entries), key=lambda entry: entry.at)
    return LeadHistory(lead, touches, timeline)


def find_document(session: Session, actor: Actor, lead_id: UUID, file_id: UUID) -> StoredFile:
    """A file that is attached to a lead. Raises NotFound for a lead or file that is not there."""
    lead = find_lead(session, actor, lead_id)
    stored = session.get(StoredFile, file_id)
    if stored is None or stored.owner_id != lead.id:
        raise NotFound("document", file_id)
    return stored


def _came(touch: LeadTouch) -> Entry:
    """How the contact was heard of: by an answer of theirs, or by somebody who brought them again."""
    if touch.kind in BROUGHT:
        return Entry(touch.at, BROUGHT[touch.kind], touch.captured_by, touch.note)
    return Entry(touch.at, "answered", touch.captured_by, f"{touch.kind}: {touch.verdict}")


def _mentions(text: str) -> ColumnElement[bool]:
    said = [Lead.needs, Lead.intent, Lead.notes]
    people = [Contact.given_name, Contact.family_name, Contact.company, Contact.email]
    contact = select(Contact.id).where(
        Contact.id == Lead.contact_id, or_(*(column.icontains(text, autoescape=True) for column in people))
    )
    return or_(*(column.icontains(text, autoescape=True) for column in said), contact.exists())


def _seen(session: Session, actor: Actor, lead: Lead | None, lead_id: UUID) -> Lead:
    if lead is None or not may_see(session, actor, lead):
        raise NotFound("lead", lead_id)
    return lead
