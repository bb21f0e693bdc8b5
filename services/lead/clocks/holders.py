"""Leads and requests as the steps of their clocks see them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from services.lead.assignment.cooling import cool
from services.lead.assignment.desk import Desk
from services.lead.assignment.giving import Waiting, give
from services.lead.clocks.leads import ON_TIMELINE, follow_now, title_of
from services.lead.leads.actions import pool_lead
from services.lead.leads.model import Lead, LeadAction
from services.lead.leads.states import OWNED, RETURNS, State
from services.lead.requests.actions import pass_on
from services.lead.requests.model import PreSalesRequest
from services.lead.service_levels.model import Act

GIVEN: Final = (*OWNED, State.NEW, State.RETURNED, State.POOLED)
"""A lead in one of these states is given to somebody when it is late."""


def count_notes(session: Session, leads: Mapping[UUID, int]) -> None:
    """Add to the entries of leads how many were put on their timelines, in a statement for each number."""
    session.flush()
    for notes in sorted(set(leads.values())):
        theirs = [lead_id for lead_id, many in leads.items() if many == notes]
        more = update(Lead).where(Lead.id.in_(theirs)).values(entries=Lead.entries + notes)
        session.execute(more, execution_options={"synchronize_session": False})


class LeadHolder:
    """A lead, which the rules of assignment give to somebody else when it is taken from its owner."""

    def __init__(self, session: Session, actor: Actor, lead: Lead, settings: Waiting) -> None:
        self.session, self.actor, self.lead, self.settings = session, actor, lead, settings
        self.title = title_of(lead)
        self.notes = 0

    @property
    def owner(self) -> str | None:
        """Who has it."""
        return self.lead.assignee

    def note(self, act: Act, *, told: str, at: datetime) -> None:
        """Put it on the timeline of the lead; its entries are counted with those of all others.

        Of one that nobody has, nothing is taken back.
        """
        if act == "reassign" and self.lead.assignee is None:
            return
        about = {"kind": ON_TIMELINE[act], "note": told, "actor": self.actor.subject}
        self.session.add(LeadAction.of(self.lead, **about, at=at))
        self.notes += 1

    def reassign(self, *, why: str) -> str | None:
        """Have the rules give it to somebody else, or to anybody; where they find nobody, it is in a pool."""
        lead = self.lead
        if lead.state not in GIVEN:
            return None
        if lead.assignee is not None:
            cool(self.session, lead_id=lead.id, subject=lead.assignee, at=now())
            pool_lead(self.session, self.actor, lead=lead, pool=RETURNS, why=why)
        self.session.flush()
        desk = Desk(self.session, lead.department)
        give(self.actor, [lead], desk=desk, settings=self.settings, way="overdue", told=f"{why}; ")
        desk.keep()
        follow_now(self.session)
        return lead.assignee


class RequestHolder:
    """A request, which goes to another responder."""

    def __init__(self, session: Session, actor: Actor, request: PreSalesRequest) -> None:
        self.session, self.actor, self.request = session, actor, request
        self.title = request.title
        self.notes = 0

    @property
    def owner(self) -> str | None:
        """Who is to answer it."""
        return self.request.responder

    def note(self, act: Act, *, told: str, at: datetime) -> None:
        """A request keeps no timeline of its own: its events tell."""

    def reassign(self, *, why: str) -> str | None:
        """Give it to the rep with the least to answer, where there is another one."""
        pass_on(self.session, self.actor, request=self.request, why=why)
        return self.request.responder
