"""HTTP entrypoints of pools."""

from uuid import UUID

from chassis.http import Page, Request, route
from services.lead.leads.model import Lead
from services.lead.leads.schemas import LeadView
from services.lead.pools import actions, picking, queries
from services.lead.pools.model import LeadPool
from services.lead.pools.schemas import NewPool, PickBody, PoolChange, PoolFilter, PoolView
from services.lead.roles import PICKERS, READERS, REP_KEEPERS


class PoolsApi:
    """Leads that wait for somebody, and picking them."""

    @route("POST", "/lead-pools", roles=REP_KEEPERS, body=NewPool, returns=PoolView, status=201)
    def open_pool(self, request: Request) -> LeadPool:
        """Open a pool of a product line or region, with limits to picking."""
        return actions.open_pool(request.session, request.actor, **request.body)

    @route("GET", "/lead-pools", roles=READERS, query=PoolFilter, returns=PoolView, many=True)
    def list_pools(self, request: Request) -> Page:
        """List the pools of your departments, or those that you may pick from."""
        return request.page(queries.listed_pools(request.actor, **request.query), LeadPool.id)

    @route("GET", "/lead-pools/<uuid:pool_id>", roles=READERS, returns=PoolView)
    def show_pool(self, request: Request, pool_id: UUID) -> LeadPool:
        """Show a pool."""
        return queries.find_pool(request.session, request.actor, pool_id)

    @route("PATCH", "/lead-pools/<uuid:pool_id>", roles=REP_KEEPERS, body=PoolChange, returns=PoolView)
    def change_pool(self, request: Request, pool_id: UUID) -> LeadPool:
        """Change a pool, or close it once it is empty. If-Match is needed."""
        pool = queries.find_pool(request.session, request.actor, pool_id)
        request.require_match(pool)
        return actions.change_pool(request.session, request.actor, pool=pool, **request.body)

    @route("GET", "/lead-pools/<uuid:pool_id>/leads", roles=READERS, returns=LeadView, many=True)
    def list_waiting_leads(self, request: Request, pool_id: UUID) -> Page:
        """List what lies in a pool to be picked. A sales rep sees it where they may pick."""
        pool = queries.find_pool(request.session, request.actor, pool_id)
        return request.page(queries.shown_leads(request.session, request.actor, pool), Lead.id)

    @route("POST", "/lead-pools/<uuid:pool_id>/picks", roles=PICKERS, body=PickBody, returns=LeadView)
    def pick_lead(self, request: Request, pool_id: UUID) -> Lead:
        """Take a lead out of a pool: it is yours and accepted, and nobody else's."""
        pool = queries.find_pool(request.session, request.actor, pool_id)
        return picking.pick_lead(request.session, request.actor, pool=pool, **request.body)
