"""Expense claims over HTTP."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import FINANCE_APPROVER, FINANCE_CLERK
from services.finance.access import CLAIMANTS, READERS
from services.finance.claims import actions, queries
from services.finance.claims.model import Claim
from services.finance.claims.schemas import ClaimChange, ClaimFilter, ClaimView, NewClaim, NewClearance

EVERYBODY = tuple(sorted({*CLAIMANTS, *READERS}))


class ClaimApi:
    """Routes of claims."""

    @route("POST", "/claims", roles=CLAIMANTS, body=NewClaim, returns=ClaimView, status=201)
    def submit_claim(self, request: Request) -> Claim:
        """Claim expenses against the lines of one budget.

        The amounts are committed at once and go to the approval desk; 409 when a line cannot cover them, or
        a receipt was claimed before, 422 where a policy does not let a line pass. A draft does neither yet.
        """
        body = dict(request.body)
        write = actions.draft_claim if body.pop("draft") else actions.submit_items
        return write(request.session, request.actor, **body)

    @route("PATCH", "/claims/<uuid:claim_id>", roles=CLAIMANTS, body=ClaimChange, returns=ClaimView)
    def revise_claim(self, request: Request, claim_id: UUID) -> Claim:
        """Replace what your draft, or your claim that was sent back, asks for. Needs If-Match."""
        session, actor = request.session, request.actor
        request.require_match(queries.claim_for_update(session, actor, claim_id))
        return actions.revise_claim(session, actor, claim_id=claim_id, **request.body)

    @route("POST", "/claims/<uuid:claim_id>/submission", roles=CLAIMANTS, returns=ClaimView, status=200)
    def hand_in_claim(self, request: Request, claim_id: UUID) -> Claim:
        """Hand in your draft, or once more what was sent back: the desk judges it as its next version."""
        return actions.hand_in_claim(request.session, request.actor, claim_id=claim_id)

    @route(
        "POST",
        "/claims/<uuid:claim_id>/clearance",
        roles=(FINANCE_APPROVER,),
        body=NewClearance,
        returns=ClaimView,
        status=200,
    )
    def clear_claim(self, request: Request, claim_id: UUID) -> Claim:
        """Let a draft pass although a receipt of it was claimed before."""
        return actions.clear_claim(request.session, request.actor, claim_id=claim_id, **request.body)

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
