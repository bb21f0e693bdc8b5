"""Advances over HTTP. The approval desk decides on them."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import FINANCE_CLERK
from services.finance.access import CLAIMANTS, READERS
from services.finance.advances import actions, queries, settling
from services.finance.advances.model import Advance
from services.finance.advances.schemas import AdvanceFilter, AdvanceView, NewAdvance, NewRepayment

EVERYBODY = tuple(sorted({*CLAIMANTS, *READERS}))
CLERKS = (FINANCE_CLERK,)


class AdvanceApi:
    """Routes of advances."""

    @route("POST", "/advances", roles=CLAIMANTS, body=NewAdvance, returns=AdvanceView, status=201)
    def request_advance(self, request: Request) -> Advance:
        """Ask for money before it is spent.

        The amount is committed at once and goes to the approval desk; 409 when the line cannot cover it.
        """
        return actions.request_advance(request.session, request.actor, **request.body)

    @route("GET", "/advances", roles=EVERYBODY, query=AdvanceFilter, returns=AdvanceView, many=True)
    def list_advances(self, request: Request) -> Page:
        """List advances: those of your departments, or your own where your role reads no others."""
        return request.page(queries.advances(request.actor, **request.query), Advance.id)

    @route("GET", "/advances/<uuid:advance_id>", roles=EVERYBODY, returns=AdvanceView)
    def show_advance(self, request: Request, advance_id: UUID) -> Advance:
        """Show an advance with what was settled of it."""
        return queries.advance(request.session, request.actor, advance_id)

    @route("POST", "/advances/<uuid:advance_id>/withdrawal", roles=CLAIMANTS, returns=AdvanceView, status=200)
    def withdraw_advance(self, request: Request, advance_id: UUID) -> Advance:
        """Take your request back before it is paid; its amount is available again."""
        return actions.withdraw_advance(request.session, request.actor, advance_id=advance_id)

    @route("POST", "/advances/<uuid:advance_id>/payment", roles=CLERKS, returns=AdvanceView, status=200)
    def pay_advance(self, request: Request, advance_id: UUID) -> Advance:
        """Record that an approved advance was paid out. It stays committed until it is settled."""
        return actions.pay_advance(request.session, request.actor, advance_id=advance_id)

    @route(
        "POST",
        "/advances/<uuid:advance_id>/repayment",
        roles=CLERKS,
        body=NewRepayment,
        returns=AdvanceView,
        status=200,
    )
    def repay_advance(self, request: Request, advance_id: UUID) -> Advance:
        """Record that money of an advance came back; it is available again."""
        return settling.repay_advance(request.session, request.actor, advance_id=advance_id, **request.body)
