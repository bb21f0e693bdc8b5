"""Pools of indirect costs over HTTP."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import FINANCE_APPROVER, FINANCE_CLERK
from services.finance.allocation import actions, queries
from services.finance.allocation.model import CostPool, PoolAllocation
from services.finance.allocation.proposal import Proposal, propose
from services.finance.allocation.schemas import (
    AllocationFilter,
    AllocationView,
    NewPool,
    PoolFilter,
    PoolView,
    ProposalView,
    Reversal,
)

CLERKS = (FINANCE_CLERK,)
AUDITORS = (FINANCE_CLERK, FINANCE_APPROVER)


class AllocationApi:
    """Routes of pools: clerks keep and allocate them, approvers read along."""

    @route("POST", "/cost-pools", roles=CLERKS, body=NewPool, returns=PoolView, status=201)
    def open_pool(self, request: Request) -> CostPool:
        """Gather indirect costs of a department and a period, to be allocated to its campaigns."""
        return actions.open_pool(request.session, request.actor, **request.body)

    @route("GET", "/cost-pools", roles=AUDITORS, query=PoolFilter, returns=PoolView, many=True)
    def list_pools(self, request: Request) -> Page:
        """List the pools of your departments."""
        return request.page(queries.pools(request.actor, **request.query), CostPool.id)

    @route("GET", "/cost-pools/<uuid:pool_id>", roles=AUDITORS, returns=PoolView)
    def show_pool(self, request: Request, pool_id: UUID) -> CostPool:
        """Show a pool with its lines."""
        return queries.pool(request.session, request.actor, pool_id)

    @route("PUT", "/cost-pools/<uuid:pool_id>", roles=CLERKS, body=NewPool, returns=PoolView)
    def change_pool(self, request: Request, pool_id: UUID) -> CostPool:
        """Replace what is said of a pool; 409 while it is allocated."""
        pool = queries.pool_for_update(request.session, request.actor, pool_id)
        request.require_match(pool)
        return actions.change_pool(request.session, request.actor, pool=pool, **request.body)

    @route("GET", "/cost-pools/<uuid:pool_id>/preview", roles=AUDITORS, returns=ProposalView)
    def preview_pool(self, request: Request, pool_id: UUID) -> Proposal:
        """Show who would bear how much of it were it allocated now; nothing is written."""
        return propose(request.session, queries.pool(request.session, request.actor, pool_id))

    @route("POST", "/cost-pools/<uuid:pool_id>/allocation", roles=CLERKS, returns=PoolView, status=200)
    def allocate_pool(self, request: Request, pool_id: UUID) -> CostPool:
        """Post to each campaign what it bears; 409 while an allocation of the pool stands."""
        pool = queries.pool_for_update(request.session, request.actor, pool_id)
        request.require_match(pool)
        return actions.allocate_pool(request.session, request.actor, pool=pool)

    @route("POST", "/cost-pools/<uuid:pool_id>/reversal", roles=CLERKS, body=Reversal, returns=PoolView)
    def reverse_pool(self, request: Request, pool_id: UUID) -> CostPool:
        """Take the allocation back, with a reason; the pool may then be changed and allocated again."""
        pool = queries.pool_for_update(request.session, request.actor, pool_id)
        request.require_match(pool)
        return actions.reverse_pool(request.session, request.actor, pool=pool, **request.body)

    @route(
        "GET",
        "/cost-pools/<uuid:pool_id>/shares",
        roles=AUDITORS,
        query=AllocationFilter,
        returns=AllocationView,
        many=True,
    )
    def list_shares(self, request: Request, pool_id: UUID) -> Page:
        """List what campaigns bore of a pool, in each of its runs, reversed ones included."""
        found = queries.allocations(request.session, request.actor, pool_id, **request.query)
        return request.page(found, PoolAllocation.id)
