"""Purchases over HTTP."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import FINANCE_APPROVER
from services.finance.access import BUYERS, PURCHASERS, READERS, RECEIVERS
from services.finance.budgets import queries as budgets
from services.finance.purchases import actions, queries, requests
from services.finance.purchases.model import Purchase, PurchaseKind, PurchaseLine, Receipt
from services.finance.purchases.schemas import (
    Cancelling,
    CommitmentView,
    KindView,
    NewKind,
    NewOrder,
    NewPurchase,
    NewReceipt,
    PurchaseFilter,
    PurchaseView,
    ReceiptView,
)

EVERYBODY = tuple(sorted({*READERS, *PURCHASERS}))
ONE = "/purchases/<uuid:purchase_id>"


class PurchaseApi:
    """Routes of purchases. The desk decides on them by the routes of approvals."""

    @route("POST", "/purchases", roles=PURCHASERS, body=NewPurchase, returns=PurchaseView, status=201)
    def request_purchase(self, request: Request) -> Purchase:
        """Ask to buy; the request goes to the approval desk. Nothing is committed before it is approved."""
        return requests.request_purchase(request.session, request.actor, **request.body)

    @route("GET", "/purchases", roles=EVERYBODY, query=PurchaseFilter, returns=PurchaseView, many=True)
    def list_purchases(self, request: Request) -> Page:
        """List purchases: those of your departments, or your own where your role reads no others."""
        return request.page(queries.purchases(request.actor, **request.query), Purchase.id)

    @route("GET", ONE, roles=EVERYBODY, returns=PurchaseView)
    def show_purchase(self, request: Request, purchase_id: UUID) -> Purchase:
        """Show a purchase with what became of each line."""
        return queries.purchase(request.session, request.actor, purchase_id)

    @route("PUT", ONE, roles=PURCHASERS, body=NewPurchase, returns=PurchaseView)
    def revise_purchase(self, request: Request, purchase_id: UUID) -> Purchase:
        """Change a request that is undecided or was sent back: its next version goes to the desk."""
        seen = queries.purchase(request.session, request.actor, purchase_id)
        request.require_match(seen)
        return requests.revise_purchase(
            request.session, request.actor, purchase_id=purchase_id, version=seen.version, **request.body
        )

    @route("POST", f"{ONE}/withdrawal", roles=PURCHASERS, returns=PurchaseView, status=200)
    def withdraw_purchase(self, request: Request, purchase_id: UUID) -> Purchase:
        """Take your request back before it is decided."""
        return requests.withdraw_purchase(request.session, request.actor, purchase_id=purchase_id)

    @route("POST", f"{ONE}/order", roles=BUYERS, body=NewOrder, returns=PurchaseView, status=200)
    def order_purchase(self, request: Request, purchase_id: UUID) -> Purchase:
        """Order what was granted. The order takes its department's next number."""
        return actions.order_purchase(request.session, request.actor, purchase_id=purchase_id, **request.body)

    @route("POST", f"{ONE}/receipts", roles=RECEIVERS, body=NewReceipt, returns=PurchaseView, status=201)
    def receive_goods(self, request: Request, purchase_id: UUID) -> Purchase:
        """Record what arrived, in part or in whole."""
        tolerance = request.settings.tolerance
        return actions.receive_goods(
            request.session, request.actor, purchase_id=purchase_id, tolerance=tolerance, **request.body
        )

    @route("GET", f"{ONE}/receipts", roles=EVERYBODY, returns=ReceiptView, many=True)
    def list_receipts(self, request: Request, purchase_id: UUID) -> Page:
        """List what arrived of a purchase, the last first."""
        return request.page(queries.receipts(request.session, request.actor, purchase_id), Receipt.id)

    @route("POST", f"{ONE}/cancellation", roles=BUYERS, body=Cancelling, returns=PurchaseView, status=200)
    def cancel_purchase(self, request: Request, purchase_id: UUID) -> Purchase:
        """Give a purchase up; what is not spent is available again."""
        return actions.cancel_purchase(
            request.session, request.actor, purchase_id=purchase_id, **request.body
        )

    @route("POST", f"{ONE}/closure", roles=BUYERS, returns=PurchaseView, status=200)
    def close_purchase(self, request: Request, purchase_id: UUID) -> Purchase:
        """Be done with a purchase; what is left committed is available again."""
        return actions.close_purchase(request.session, request.actor, purchase_id=purchase_id)

    @route("GET", "/budgets/<uuid:budget_id>/commitments", roles=READERS, returns=CommitmentView, many=True)
    def list_commitments(self, request: Request, budget_id: UUID) -> Page:
        """List the purchase lines of a budget for which something is still committed."""
        budget = budgets.budget(request.session, request.actor, budget_id)
        return request.page(queries.open_commitments(budget.id), PurchaseLine.id)

    @route("GET", "/purchase-kinds", roles=EVERYBODY, returns=KindView, many=True)
    def list_kinds(self, request: Request) -> Page:
        """List the kinds of things to buy."""
        return request.page(queries.kinds(), PurchaseKind.code)

    @route("POST", "/purchase-kinds", roles=(FINANCE_APPROVER,), body=NewKind, returns=KindView, status=201)
    def add_kind(self, request: Request) -> PurchaseKind:
        """Add a kind of thing to buy."""
        return requests.add_kind(request.session, **request.body)
