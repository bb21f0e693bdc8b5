"""Reads of leads with their history, and of reps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import NotFound
from chassis.prepared import Prepared
from services.lead.leads.model import Lead, LeadAction, LeadTouch, Rep

_LEAD = Prepared(select(Lead.__table__).where(Lead.id == bindparam("lead_id")))


@dataclass(frozen=True)
class Entry:
    """Something that happened to a lead, and by whom."""

    at: datetime
    kind: str
    actor: str
    note: str


@dataclass(frozen=True)
class LeadHistory:
    """A lead with its touches and its timeline, oldest first."""

    lead: Lead
    touches: Sequence[LeadTouch] = ()
    timeline: Sequence[Entry] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.lead, name)


def leads(actor: Actor, **equal: Any) -> Select[Lead]:
    """The leads of the actor's departments."""
    return select(Lead).where(actor.scope(Lead.department)).filter_by(**equal)


def find_lead(session: Session, actor: Actor, lead_id: UUID) -> Lead:
    """A lead to read: a row with the attributes of one. Raises NotFound."""
    return _visible(_LEAD.first(session, lead_id=lead_id), actor, lead_id)


def take_lead(session: Session, actor: Actor, lead_id: UUID) -> Lead:
    """The lead, locked for a change. Raises NotFound."""
    return _visible(session.get(Lead, lead_id, with_for_update=True), actor, lead_id)


def history(session: Session, lead: Lead) -> LeadHistory:
    """What happened to a lead. A fresh one has no entries that would have to be looked up."""
    told = f"{lead.source}: {lead.why}" if lead.why else lead.source
    captured = Entry(lead.captured_at, "captured", lead.captured_by, told)
    if not lead.entries:
        return LeadHistory(lead, (), (captured,))
    touched = select(LeadTouch).where(LeadTouch.lead_id == lead.id)
    touches = session.scalars(touched.order_by(LeadTouch.at, LeadTouch.response_id)).all()
    done = select(LeadAction).where(LeadAction.lead_id == lead.id).order_by(LeadAction.id)
    entries = [Entry(one.at, one.kind, one.actor, one.note) for one in session.scalars(done)]
    answers = [Entry(one.at, "answered", "", f"{one.kind}: {one.verdict}") for one in touches]
    timeline = sorted((captured, *answers, *entries), key=lambda entry: entry.at)
    return LeadHistory(lead, touches, timeline)


def reps(actor: Actor, **equal: Any) -> Select[Rep]:
    """The reps of the actor's departments."""
    return select(Rep).where(actor.scope(Rep.department)).filter_by(**equal)


def find_rep(session: Session, actor: Actor, rep_id: UUID) -> Rep:
    """Raises NotFound."""
    rep = session.get(Rep, rep_id)
    if rep is None or not actor.may_see(rep.department):
        raise NotFound("rep", rep_id)
    return rep


def _visible(lead: Lead | None, actor: Actor, lead_id: UUID) -> Lead:
    if lead is None or not actor.may_see(lead.department):
        raise NotFound("lead", lead_id)
    return lead
