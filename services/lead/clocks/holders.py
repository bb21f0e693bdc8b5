"""Leads and requests as the steps of their clocks see them."""

from datetime import datetime

from sqlalchemy.orm import Session

from chassis.auth import Actor
from services.lead.clocks.leads import ON_TIMELINE, title_of
from services.lead.leads.actions import pool_lead
from services.lead.leads.model import Lead
from services.lead.leads.states import OWNED, RETURNS
from services.lead.leads.timeline import jot
from services.lead.requests.actions import pass_on
from services.lead.requests.model import PreSalesRequest
from services.lead.service_levels.model import Act


class LeadHolder:
    """A lead, which goes back to a pool when it is taken from its owner."""

    def __init__(self, session: Session, actor: Actor, lead: Lead) -> None:
        self.session, self.actor, self.lead = session, actor, lead
        self.title = title_of(lead)

    @property
    def owner(self) -> str | None:
        """Who has it."""
        return self.lead.assignee

    def note(self, act: Act, *, told: str, at: datetime) -> None:
        """Put it on the timeline of the lead."""
        jot(self.session, self.actor, self.lead, kind=ON_TIMELINE[act], note=told, at=at)

    def reassign(self, *, why: str) -> str | None:
        """Lay it into the pool of returned leads, from where it is given to somebody else."""
        if self.lead.state in OWNED:
            pool_lead(self.session, self.actor, lead=self.lead, pool=RETURNS, why=why)
        return self.lead.assignee


class RequestHolder:
    """A request, which goes to another responder."""

    def __init__(self, session: Session, actor: Actor, request: PreSalesRequest) -> None:
        self.session, self.actor, self.request = session, actor, request
        self.title = request.title

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
