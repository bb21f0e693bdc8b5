"""HTTP entrypoints of standing in, handing over and leaving."""

from uuid import UUID

from chassis.http import Page, Request, route
from services.lead.assignment.queries import find_rep
from services.lead.handover import actions, leaving, queries
from services.lead.handover.leaving import Leaving
from services.lead.handover.model import Proxy
from services.lead.handover.schemas import LeavingView, NewProxy, NewTransfer, ProxyFilter, ProxyView
from services.lead.reassignment.model import Reassignment
from services.lead.reassignment.schemas import ReassignmentView
from services.lead.roles import PICKERS, READERS, REP_KEEPERS


class HandoverApi:
    """Standing in for a while, and handing work over for good."""

    @route("POST", "/proxies", roles=PICKERS, body=NewProxy, returns=ProxyView, status=201)
    def agree_proxy(self, request: Request) -> Proxy:
        """Have somebody stand in for you; for others, who leads the sales reps does it.

        The deputy sees the principal's leads in the period and works on them; both names stay on each act.
        """
        return actions.agree_proxy(request.session, request.actor, **request.body)

    @route("GET", "/proxies", roles=READERS, query=ProxyFilter, returns=ProxyView, many=True)
    def list_proxies(self, request: Request) -> Page:
        """List the proxies of your departments, newest first."""
        return request.page(queries.proxies(request.actor, **request.query), Proxy.id)

    @route("GET", "/proxies/<uuid:proxy_id>", roles=READERS, returns=ProxyView)
    def show_proxy(self, request: Request, proxy_id: UUID) -> Proxy:
        """Show a proxy."""
        return queries.find_proxy(request.session, request.actor, proxy_id)

    @route("POST", "/proxies/<uuid:proxy_id>/end", roles=PICKERS, returns=ProxyView)
    def end_proxy(self, request: Request, proxy_id: UUID) -> Proxy:
        """End a proxy now."""
        proxy = queries.find_proxy(request.session, request.actor, proxy_id, locked=True)
        return actions.end_proxy(request.session, request.actor, proxy=proxy)

    @route("POST", "/transfers", roles=REP_KEEPERS, body=NewTransfer, returns=ReassignmentView, status=201)
    def request_transfer(self, request: Request) -> Reassignment:
        """Have the open leads of a sales rep handed over for good. It runs as a reassignment."""
        return actions.request_transfer(request.session, request.actor, **request.body)

    @route("GET", "/reps/<uuid:rep_id>/leaving", roles=REP_KEEPERS, returns=LeavingView)
    def check_leaving(self, request: Request, rep_id: UUID) -> Leaving:
        """Show what would be without an owner if a sales rep left."""
        rep = find_rep(request.session, request.actor, rep_id)
        return leaving.leaving(request.session, rep)
