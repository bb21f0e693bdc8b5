"""HTTP entrypoints of leads. Who stands in for the owner acts in his name, and both names are kept."""

from uuid import UUID

from werkzeug.wrappers import Response

from chassis.files.api import content_of
from chassis.files.store import store_of
from chassis.http import Page, Request, route
from services.lead.handover.acting import seat_of
from services.lead.leads import actions, queries
from services.lead.leads.model import Lead
from services.lead.leads.queries import LeadHistory
from services.lead.leads.schemas import (
    Conversion,
    LeadChange,
    LeadDetailView,
    LeadFilter,
    LeadView,
    NewLead,
    Pooling,
    Rest,
    Return,
    Start,
    Wake,
)
from services.lead.roles import EDITORS, HOLDERS, JUDGES, READERS


class LeadsApi:
    """Recording leads and correcting what is known of them."""

    @route("POST", "/leads", roles=EDITORS, body=NewLead, returns=LeadView, status=201)
    def record_lead(self, request: Request) -> Lead:
        """Record a lead by hand. A contact that is such a lead already gives that one, touched once more."""
        window = request.settings.capture_window
        return actions.record_lead(request.session, request.actor, window=window, **request.body)

    @route("GET", "/leads", roles=READERS, query=LeadFilter, returns=LeadView, many=True)
    def list_leads(self, request: Request) -> Page:
        """List the leads of your departments, or as a sales rep your own, newest first."""
        return request.page(queries.leads(request.actor, **request.query), Lead.id)

    @route("GET", "/leads/<uuid:lead_id>", roles=READERS, returns=LeadDetailView)
    def show_lead(self, request: Request, lead_id: UUID) -> LeadHistory:
        """Show a lead with its touches and its timeline."""
        lead = queries.find_lead(request.session, request.actor, lead_id)
        return queries.history(request.session, lead)

    @route("GET", "/leads/<uuid:lead_id>/documents/<uuid:file_id>", roles=READERS)
    def fetch_document(self, request: Request, lead_id: UUID, file_id: UUID) -> Response:
        """Fetch a file that is attached to a lead."""
        stored = queries.find_document(request.session, request.actor, lead_id, file_id)
        return content_of(stored, store_of(request.settings))

    @route("PATCH", "/leads/<uuid:lead_id>", roles=EDITORS, body=LeadChange, returns=LeadView)
    def change_lead(self, request: Request, lead_id: UUID) -> Lead:
        """Correct what is known of an open lead. If-Match is needed."""
        lead = queries.take_lead(request.session, request.actor, lead_id)
        request.require_match(lead)
        seat = seat_of(request.session, request.actor, lead)
        return actions.change_lead(
            request.session, request.actor, lead=lead, on_behalf_of=seat, **request.body
        )


class LeadHoldingApi:
    """Who has a lead, and what becomes of it in their hands."""

    @route("POST", "/leads/<uuid:lead_id>/acceptance", roles=HOLDERS, returns=LeadView)
    def accept_lead(self, request: Request, lead_id: UUID) -> Lead:
        """Take on a lead that was assigned to you."""
        lead = queries.take_lead(request.session, request.actor, lead_id)
        request.match(lead)
        seat = seat_of(request.session, request.actor, lead)
        return actions.accept_lead(request.session, request.actor, lead=lead, on_behalf_of=seat)

    @route("POST", "/leads/<uuid:lead_id>/return", roles=HOLDERS, body=Return, returns=LeadView)
    def return_lead(self, request: Request, lead_id: UUID) -> Lead:
        """Give a lead back to a pool, for a reason."""
        lead = queries.take_lead(request.session, request.actor, lead_id)
        request.match(lead)
        seat = seat_of(request.session, request.actor, lead)
        return actions.return_lead(
            request.session, request.actor, lead=lead, on_behalf_of=seat, **request.body
        )

    @route("POST", "/leads/<uuid:lead_id>/work", roles=HOLDERS, body=Start, returns=LeadView)
    def work_on(self, request: Request, lead_id: UUID) -> Lead:
        """Begin to work on a lead that you accepted."""
        lead = queries.take_lead(request.session, request.actor, lead_id)
        request.match(lead)
        seat = seat_of(request.session, request.actor, lead)
        return actions.work_on(request.session, request.actor, lead=lead, on_behalf_of=seat, **request.body)

    @route("POST", "/leads/<uuid:lead_id>/pooling", roles=JUDGES, body=Pooling, returns=LeadView)
    def pool_lead(self, request: Request, lead_id: UUID) -> Lead:
        """Lay a lead into a pool, whoever has it."""
        lead = queries.take_lead(request.session, request.actor, lead_id)
        request.match(lead)
        return actions.pool_lead(request.session, request.actor, lead=lead, **request.body)

    @route("POST", "/leads/<uuid:lead_id>/rest", roles=HOLDERS, body=Rest, returns=LeadView)
    def nurture_lead(self, request: Request, lead_id: UUID) -> Lead:
        """Lay a lead aside until a date, or until its contact answers again."""
        lead = queries.take_lead(request.session, request.actor, lead_id)
        request.match(lead)
        seat = seat_of(request.session, request.actor, lead)
        return actions.nurture_lead(
            request.session, request.actor, lead=lead, on_behalf_of=seat, **request.body
        )

    @route("POST", "/leads/<uuid:lead_id>/wake-up", roles=JUDGES, body=Wake, returns=LeadView)
    def wake_lead(self, request: Request, lead_id: UUID) -> Lead:
        """Take up a lead again before its time."""
        lead = queries.take_lead(request.session, request.actor, lead_id)
        request.match(lead)
        return actions.wake_lead(request.session, request.actor, lead=lead, **request.body)

    @route("POST", "/leads/<uuid:lead_id>/conversion", roles=HOLDERS, body=Conversion, returns=LeadView)
    def convert_lead(self, request: Request, lead_id: UUID) -> Lead:
        """Make an opportunity of a near-term lead that somebody works on."""
        lead = queries.take_lead(request.session, request.actor, lead_id)
        request.match(lead)
        seat = seat_of(request.session, request.actor, lead)
        return actions.convert_lead(
            request.session, request.actor, lead=lead, on_behalf_of=seat, **request.body
        )
