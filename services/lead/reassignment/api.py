"""HTTP entrypoints of runs that give many leads anew."""

from uuid import UUID

from chassis.http import Page, Request, route
from services.lead.reassignment import actions, queries
from services.lead.reassignment.actions import Preview
from services.lead.reassignment.model import ReassignedLead, Reassignment
from services.lead.reassignment.schemas import (
    NewReassignment,
    PreviewView,
    ReassignmentFilter,
    ReassignmentView,
    ResultFilter,
    ResultView,
)
from services.lead.roles import REP_KEEPERS

_ONE = "/reassignments/<uuid:reassignment_id>"


class ReassignmentsApi:
    """Giving many leads anew; a worker does it, batch by batch."""

    @route(
        "POST",
        "/reassignments",
        roles=REP_KEEPERS,
        body=NewReassignment,
        returns=ReassignmentView,
        status=201,
    )
    def request_reassignment(self, request: Request) -> Reassignment:
        """Have leads given anew, by rules or among named reps."""
        return actions.request_reassignment(request.session, request.actor, **request.body)

    @route("POST", "/reassignments/preview", roles=REP_KEEPERS, body=NewReassignment, returns=PreviewView)
    def preview_reassignment(self, request: Request) -> Preview:
        """Show who would get how many, tried on the first leads. Nothing is given to anybody."""
        return actions.preview(request.session, request.actor, settings=request.settings, **request.body)

    @route(
        "GET",
        "/reassignments",
        roles=REP_KEEPERS,
        query=ReassignmentFilter,
        returns=ReassignmentView,
        many=True,
    )
    def list_reassignments(self, request: Request) -> Page:
        """List the runs of your departments, transfers included, newest first."""
        return request.page(queries.reassignments(request.actor, **request.query), Reassignment.id)

    @route("GET", _ONE, roles=REP_KEEPERS, returns=ReassignmentView)
    def show_reassignment(self, request: Request, reassignment_id: UUID) -> Reassignment:
        """Show how far a run is."""
        return queries.find_reassignment(request.session, request.actor, reassignment_id)

    @route("GET", f"{_ONE}/leads", roles=REP_KEEPERS, query=ResultFilter, returns=ResultView, many=True)
    def list_reassigned_leads(self, request: Request, reassignment_id: UUID) -> Page:
        """List what became of each lead."""
        run = queries.find_reassignment(request.session, request.actor, reassignment_id)
        return request.page(queries.results(run, **request.query), ReassignedLead.lead_id)

    @route("POST", f"{_ONE}/cancellation", roles=REP_KEEPERS, returns=ReassignmentView)
    def cancel_reassignment(self, request: Request, reassignment_id: UUID) -> Reassignment:
        """Call a run off. What it did so far stays."""
        run = queries.find_reassignment(request.session, request.actor, reassignment_id, locked=True)
        return actions.cancel(request.session, request.actor, run=run)
