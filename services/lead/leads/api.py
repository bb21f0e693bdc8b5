"""HTTP entrypoints of leads and reps."""

from uuid import UUID

from chassis.http import Page, Request, route
from services.lead.leads import actions, queries
from services.lead.leads.model import Lead, Rep
from services.lead.leads.queries import LeadHistory
from services.lead.leads.schemas import (
    Assignment,
    LeadDetailView,
    LeadFilter,
    LeadView,
    NewLead,
    NewRep,
    Qualification,
    RepChange,
    RepFilter,
    RepView,
)
from services.lead.roles import EDITORS, JUDGES, READERS, REP_KEEPERS


class LeadsApi:
    """Recording, judging and assigning leads."""

    @route("POST", "/leads", roles=EDITORS, body=NewLead, returns=LeadView, status=201)
    def record_lead(self, request: Request) -> Lead:
        """Record a lead by hand."""
        return actions.record_lead(request.session, request.actor, **request.body)

    @route("GET", "/leads", roles=READERS, query=LeadFilter, returns=LeadView, many=True)
    def list_leads(self, request: Request) -> Page:
        """List the leads of your departments, newest first."""
        return request.page(queries.leads(request.actor, **request.query), Lead.id)

    @route("GET", "/leads/<uuid:lead_id>", roles=READERS, returns=LeadDetailView)
    def show_lead(self, request: Request, lead_id: UUID) -> LeadHistory:
        """Show a lead with its touches and its timeline."""
        lead = queries.find_lead(request.session, request.actor, lead_id)
        return queries.history(request.session, lead)

    @route("POST", "/leads/<uuid:lead_id>/qualification", roles=JUDGES, body=Qualification, returns=LeadView)
    def qualify_lead(self, request: Request, lead_id: UUID) -> Lead:
        """Judge a lead: near-term, long-term, or not a target."""
        lead = queries.take_lead(request.session, request.actor, lead_id)
        request.match(lead)
        return actions.qualify_lead(request.session, request.actor, lead=lead, **request.body)

    @route("POST", "/leads/<uuid:lead_id>/assignment", roles=JUDGES, body=Assignment, returns=LeadView)
    def assign_lead(self, request: Request, lead_id: UUID) -> Lead:
        """Give a near-term lead to a sales rep, by hand or by turn."""
        lead = queries.take_lead(request.session, request.actor, lead_id)
        request.match(lead)
        return actions.assign_lead(request.session, request.actor, lead=lead, **request.body)


class RepsApi:
    """Saying who takes part in the round robin."""

    @route("POST", "/reps", roles=REP_KEEPERS, body=NewRep, returns=RepView, status=201)
    def add_rep(self, request: Request) -> Rep:
        """Let a sales rep take part in the round robin of a department."""
        return actions.add_rep(request.session, request.actor, **request.body)

    @route("GET", "/reps", roles=READERS, query=RepFilter, returns=RepView, many=True)
    def list_reps(self, request: Request) -> Page:
        """List the sales reps of your departments, newest first."""
        return request.page(queries.reps(request.actor, **request.query), Rep.id)

    @route("GET", "/reps/<uuid:rep_id>", roles=READERS, returns=RepView)
    def show_rep(self, request: Request, rep_id: UUID) -> Rep:
        """Show a sales rep."""
        return queries.find_rep(request.session, request.actor, rep_id)

    @route("PATCH", "/reps/<uuid:rep_id>", roles=REP_KEEPERS, body=RepChange, returns=RepView)
    def change_rep(self, request: Request, rep_id: UUID) -> Rep:
        """Rename a sales rep, or take them out of the round robin. If-Match is needed."""
        rep = queries.find_rep(request.session, request.actor, rep_id)
        request.require_match(rep)
        return actions.change_rep(request.session, rep=rep, **request.body)
