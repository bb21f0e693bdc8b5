"""The money of waves over HTTP, and the brake that finance has on them."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import FINANCE_APPROVER, FINANCE_CLERK
from services.finance.access import READERS
from services.finance.budgets.model import Budget
from services.finance.budgets.schemas import BudgetView
from services.finance.funding import queries, suspending
from services.finance.funding.model import Funding
from services.finance.funding.schemas import FundingFilter, FundingView, Suspension

BRAKES = (FINANCE_APPROVER, FINANCE_CLERK)


class FundingApi:
    """Routes of fundings. They are granted and spent by events, never by hand."""

    @route("GET", "/fundings", roles=READERS, query=FundingFilter, returns=FundingView, many=True)
    def list_fundings(self, request: Request) -> Page:
        """List what waves of your departments asked for."""
        return request.page(queries.fundings(request.actor, **request.query), Funding.id)

    @route("GET", "/fundings/<uuid:funding_id>", roles=READERS, returns=FundingView)
    def show_funding(self, request: Request, funding_id: UUID) -> Funding:
        """Show what one release of a wave was granted, and how much of it is spent."""
        return queries.funding(request.session, request.actor, funding_id)

    @route("POST", "/budgets/<uuid:budget_id>/suspension", roles=BRAKES, body=Suspension, returns=BudgetView)
    def suspend_budget(self, request: Request, budget_id: UUID) -> Budget:
        """Have the campaign pause and no wave go out: the next batch of copies stays where it is."""
        return suspending.suspend(request.session, request.actor, budget_id=budget_id, **request.body)

    @route("DELETE", "/budgets/<uuid:budget_id>/suspension", roles=BRAKES, returns=BudgetView)
    def unsuspend_budget(self, request: Request, budget_id: UUID) -> Budget:
        """Let money be spent again. The campaign stays paused until its owner resumes it."""
        return suspending.unsuspend(request.session, request.actor, budget_id=budget_id)
