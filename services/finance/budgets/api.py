"""Budgets and their ledger over HTTP."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import ADMINISTRATOR, FINANCE_CLERK
from services.finance.access import READERS
from services.finance.budgets import actions, queries
from services.finance.budgets.history import PastBudget, budget_at
from services.finance.budgets.model import Budget, BudgetVersion, LedgerEntry
from services.finance.budgets.schemas import (
    AtMoment,
    BudgetFilter,
    BudgetView,
    EntryFilter,
    EntryView,
    LineChange,
    NewAdjustment,
    VersionView,
)


class BudgetApi:
    """Routes of budgets. They are opened by approval and changed by postings; by hand only corrected."""

    @route("GET", "/budgets", roles=READERS, query=BudgetFilter, returns=BudgetView, many=True)
    def list_budgets(self, request: Request) -> Page:
        """List the budgets of your departments."""
        return request.page(queries.budgets(request.actor, **request.query), Budget.id)

    @route("GET", "/budgets/<uuid:budget_id>", roles=READERS, query=AtMoment, returns=BudgetView)
    def show_budget(self, request: Request, budget_id: UUID) -> Budget | PastBudget:
        """Show a budget: per line budget, committed, incurred, available and who is responsible.

        With ``at`` as it stood at that moment.
        """
        session, actor = request.session, request.actor
        if "at" in request.query:
            return budget_at(session, actor, budget_id, at=request.query["at"])
        return queries.budget(session, actor, budget_id)

    @route(
        "GET",
        "/budgets/<uuid:budget_id>/entries",
        roles=READERS,
        query=EntryFilter,
        returns=EntryView,
        many=True,
    )
    def list_entries(self, request: Request, budget_id: UUID) -> Page:
        """List the ledger entries of a budget, the last one first."""
        entries = queries.entries(request.session, request.actor, budget_id, **request.query)
        return request.page(entries, LedgerEntry.sequence)

    @route("GET", "/budgets/<uuid:budget_id>/versions", roles=READERS, returns=VersionView, many=True)
    def list_versions(self, request: Request, budget_id: UUID) -> Page:
        """List what each version of the plan gave to the lines, the last version first."""
        versions = queries.versions(request.session, request.actor, budget_id)
        return request.page(versions, BudgetVersion.plan_version)

    @route(
        "POST",
        "/budgets/<uuid:budget_id>/lines/<uuid:line_id>/adjustments",
        roles=(ADMINISTRATOR,),
        body=NewAdjustment,
        returns=EntryView,
        status=201,
    )
    def adjust_line(self, request: Request, budget_id: UUID, line_id: UUID) -> LedgerEntry:
        """Correct what a line has; 409 when the line, or its envelope, cannot bear it."""
        return actions.adjust_line(
            request.session, request.actor, budget_id=budget_id, line_id=line_id, **request.body
        )

    @route(
        "PATCH",
        "/budgets/<uuid:budget_id>/lines/<uuid:line_id>",
        roles=(FINANCE_CLERK,),
        body=LineChange,
        returns=BudgetView,
    )
    def change_line(self, request: Request, budget_id: UUID, line_id: UUID) -> Budget:
        """Say anew who answers for a line, and what happens when more is taken than it has."""
        session, actor = request.session, request.actor
        budget = queries.budget_for_update(session, actor, budget_id)
        request.require_match(budget)
        return actions.change_line(session, actor, budget=budget, line_id=line_id, **request.body)
