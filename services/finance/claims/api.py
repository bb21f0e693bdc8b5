"""Expense claims over HTTP."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import FINANCE_CLERK
from services.finance.access import CLAIMANTS, READERS
from services.finance.claims import actions, queries
from services.finance.claims.model import Claim
from services.finance.claims.schemas import ClaimFilter, ClaimView, NewClaim

EVERYBODY = tuple(sorted({*CLAIMANTS, *READERS}))


class ClaimApi:
    """Routes of claims."""

    @route("POST", "/claims", roles=CLAIMANTS, body=NewClaim, returns=ClaimView, status=201)
    def submit_claim(self, request: Request) -> Claim:
        """Claim an expense against a budget line.

        The amount is committed at once and goes to the approval desk; 409 when the line cannot cover it.
        """
        return actions.submit_claim(request.session, request.actor, **request.body)

    @route("GET", "/claims", roles=EVERYBODY, query=ClaimFilter, returns=ClaimView, many=True)
    def list_claims(self, request: Request) -> Page:
        """List claims: those of your departments, or your own where your role reads no others."""
        return request.page(queries.claims(request.actor, **request.query), Claim.id)

    @route("GET", "/claims/<uuid:claim_id>", roles=EVERYBODY, returns=ClaimView)
    def show_claim(self, request: Request, claim_id: UUID) -> Claim:
        """Show a claim."""
        return queries.claim(request.session, request.actor, claim_id)

    @route("POST", "/claims/<uuid:claim_id>/withdrawal", roles=CLAIMANTS, returns=ClaimView, status=200)
    def withdraw_claim(self, request: Request, claim_id: UUID) -> Claim:
        """Take your claim back before it is paid; its amount is available again."""
        return actions.withdraw_claim(request.session, request.actor, claim_id=claim_id)

    @route("POST", "/claims/<uuid:claim_id>/payment", roles=(FINANCE_CLERK,), returns=ClaimView, status=200)
    def pay_claim(self, request: Request, claim_id: UUID) -> Claim:
        """Record that an approved claim was paid: what was committed becomes cost."""
        return actions.pay_claim(request.session, request.actor, claim_id=claim_id)
