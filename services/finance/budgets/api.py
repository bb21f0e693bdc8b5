"""Budgets and their ledger over HTTP."""

from uuid import UUID

from chassis.http import Page, Request, route
from services.finance.access import READERS
from services.finance.budgets import queries
from services.finance.budgets.model import Budget, LedgerEntry
from services.finance.budgets.schemas import BudgetFilter, BudgetView, EntryView


class BudgetApi:
    """Routes of budgets. They are opened by approval and changed by postings, never by hand."""

    @route("GET", "/budgets", roles=READERS, query=BudgetFilter, returns=BudgetView, many=True)
    def list_budgets(self, request: Request) -> Page:
        """List the budgets of your departments."""
        return request.page(queries.budgets(request.actor, **request.query), Budget.id)

    @route("GET", "/budgets/<uuid:budget_id>", roles=READERS, returns=BudgetView)
    def show_budget(self, request: Request, budget_id: UUID) -> Budget:
        """Show a budget: per line budget, committed, incurred, available and who is responsible."""
        return queries.budget(request.session, request.actor, budget_id)

    @route("GET", "/budgets/<uuid:budget_id>/entries", roles=READERS, returns=EntryView, many=True)
    def list_entries(self, request: Request, budget_id: UUID) -> Page:
        """List the ledger entries of a budget, the last one first."""
        entries = queries.entries(request.session, request.actor, budget_id)
        return request.page(entries, LedgerEntry.sequence)
