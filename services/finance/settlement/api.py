"""Planned against actual, and the settlement of budgets, over HTTP."""

from uuid import UUID

from werkzeug.wrappers import Response

from chassis.http import Page, Request, route
from chassis.sheets import download
from contracts.roles import ADMINISTRATOR, FINANCE_CLERK
from services.finance.access import READERS
from services.finance.budgets import queries as budgets
from services.finance.budgets.model import Budget
from services.finance.budgets.schemas import BudgetView
from services.finance.settlement import actions, queries
from services.finance.settlement.checklist import Checklist
from services.finance.settlement.figures import HEADER, Report, table
from services.finance.settlement.model import Settlement
from services.finance.settlement.schemas import ChecklistView, NewReopening, ReportView, SettlementView


class SettlementApi:
    """Routes of settlements. Closing the campaign follows by event."""

    @route("GET", "/budgets/<uuid:budget_id>/report", roles=READERS, returns=ReportView)
    def show_report(self, request: Request, budget_id: UUID) -> Report:
        """Show planned against actual by line and by kind, direct and allocated cost apart."""
        return queries.report(request.session, budgets.budget(request.session, request.actor, budget_id))

    @route("GET", "/budgets/<uuid:budget_id>/report.csv", roles=READERS)
    def download_report(self, request: Request, budget_id: UUID) -> Response:
        """Download planned against actual as CSV: each line, each kind, and the total."""
        budget = budgets.budget(request.session, request.actor, budget_id)
        rows = table(queries.report(request.session, budget))
        return download(f"budget-{budget_id}.csv", HEADER, rows)

    @route("GET", "/budgets/<uuid:budget_id>/settlement", roles=READERS, returns=ChecklistView)
    def show_checklist(self, request: Request, budget_id: UUID) -> Checklist:
        """Show what stands in the way of the settlement, and what it would release."""
        return queries.checklist(request.session, budgets.budget(request.session, request.actor, budget_id))

    @route(
        "POST",
        "/budgets/<uuid:budget_id>/settlement",
        roles=(FINANCE_CLERK,),
        returns=SettlementView,
        status=201,
    )
    def settle_budget(self, request: Request, budget_id: UUID) -> Settlement:
        """Release what is reserved and lock the ledger; 409 says what stands in the way.

        If-Match takes the ETag of the budget.
        """
        budget = queries.budget_for_update(request.session, request.actor, budget_id)
        request.require_match(budget)
        return actions.settle_budget(request.session, request.actor, budget=budget)

    @route("GET", "/budgets/<uuid:budget_id>/settlements", roles=READERS, returns=SettlementView, many=True)
    def list_settlements(self, request: Request, budget_id: UUID) -> Page:
        """List the settlements of a budget, the last one first; all but that were taken back."""
        found = queries.settlements(request.session, request.actor, budget_id)
        return request.page(found, Settlement.id)

    @route(
        "POST",
        "/budgets/<uuid:budget_id>/reopening",
        roles=(ADMINISTRATOR,),
        body=NewReopening,
        returns=BudgetView,
        status=200,
    )
    def reopen_budget(self, request: Request, budget_id: UUID) -> Budget:
        """Take a settlement back, with a reason; the campaign is completed again."""
        budget = queries.budget_for_update(request.session, request.actor, budget_id)
        request.require_match(budget)
        return actions.reopen_budget(request.session, request.actor, budget=budget, **request.body)
