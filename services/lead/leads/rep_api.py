"""HTTP entrypoints of reps."""

from uuid import UUID

from chassis.http import Page, Request, route
from services.lead.leads import queries, reps
from services.lead.leads.model import Rep
from services.lead.leads.rep_schemas import NewRep, RepChange, RepFilter, RepView
from services.lead.roles import READERS, REP_KEEPERS


class RepsApi:
    """Saying who takes part in the round robin."""

    @route("POST", "/reps", roles=REP_KEEPERS, body=NewRep, returns=RepView, status=201)
    def add_rep(self, request: Request) -> Rep:
        """Let a sales rep take part in the round robin of a department."""
        return reps.add_rep(request.session, request.actor, **request.body)

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
        return reps.change_rep(request.session, rep=rep, **request.body)
