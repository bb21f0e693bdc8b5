"""Kinds of expense, allowances and policies over HTTP. Finance approvers keep them, claimants read them."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import FINANCE_APPROVER
from services.finance.access import CLAIMANTS, READERS
from services.finance.expenses import actions, queries
from services.finance.expenses.model import Allowance, ExpenseKind, ExpensePolicy
from services.finance.expenses.schemas import (
    AllowanceFilter,
    AllowanceView,
    ExpenseKindView,
    ExpensePolicyFilter,
    ExpensePolicyView,
    NewAllowance,
    NewExpenseKind,
    NewExpensePolicy,
)

EVERYBODY = tuple(sorted({*CLAIMANTS, *READERS}))
KEEPERS = (FINANCE_APPROVER,)
ONE = "/expense-policies/<uuid:policy_id>"


class ExpenseApi:
    """Routes of what expenses may cost."""

    @route("GET", "/expense-kinds", roles=EVERYBODY, returns=ExpenseKindView, many=True)
    def list_expense_kinds(self, request: Request) -> Page:
        """List the kinds of expense."""
        return request.page(queries.kinds(), ExpenseKind.code)

    @route("POST", "/expense-kinds", roles=KEEPERS, body=NewExpenseKind, returns=ExpenseKindView, status=201)
    def add_expense_kind(self, request: Request) -> ExpenseKind:
        """Add a kind of expense."""
        return actions.add_kind(request.session, **request.body)

    @route("GET", "/allowances", roles=EVERYBODY, query=AllowanceFilter, returns=AllowanceView, many=True)
    def list_allowances(self, request: Request) -> Page:
        """List what kilometres and days are worth, what was recorded last first."""
        return request.page(queries.allowances(**request.query), Allowance.id)

    @route("POST", "/allowances", roles=KEEPERS, body=NewAllowance, returns=AllowanceView, status=201)
    def record_allowance(self, request: Request) -> Allowance:
        """Say what a unit of a kind is worth from a day on. What was claimed before keeps its amount."""
        return actions.record_allowance(request.session, request.actor, **request.body)

    @route(
        "GET",
        "/expense-policies",
        roles=EVERYBODY,
        query=ExpensePolicyFilter,
        returns=ExpensePolicyView,
        many=True,
    )
    def list_expense_policies(self, request: Request) -> Page:
        """List the policies of your departments, and those for all departments."""
        return request.page(queries.policies(request.actor, **request.query), ExpensePolicy.id)

    @route("GET", ONE, roles=EVERYBODY, returns=ExpensePolicyView)
    def show_expense_policy(self, request: Request, policy_id: UUID) -> ExpensePolicy:
        """Show a policy."""
        return queries.policy(request.session, request.actor, policy_id)

    @route(
        "POST",
        "/expense-policies",
        roles=KEEPERS,
        body=NewExpensePolicy,
        returns=ExpensePolicyView,
        status=201,
    )
    def agree_expense_policy(self, request: Request) -> ExpensePolicy:
        """Have claims held to a rule. The narrowest policy counts: by department, by kind, the later one."""
        return actions.agree_policy(request.session, request.actor, **request.body)

    @route("DELETE", ONE, roles=KEEPERS, returns=ExpensePolicyView)
    def end_expense_policy(self, request: Request, policy_id: UUID) -> ExpensePolicy:
        """End a policy from today. It stays listed, as what was claimed under it stands."""
        return actions.end_policy(request.session, request.actor, policy_id=policy_id)
