"""The approval desk over HTTP."""

from typing import Any
from uuid import UUID

from chassis.http import Page, Request, route
from services.finance.access import DECIDERS, READERS, REQUESTERS
from services.finance.approvals import decisions, inbox, queries
from services.finance.approvals.model import Approval
from services.finance.approvals.schemas import (
    ApprovalFilter,
    ApprovalView,
    NewDecision,
    OpenDecisionFilter,
    OpenDecisionView,
    Withdrawal,
)


class ApprovalApi:
    """Routes of approvals."""

    @route("GET", "/approvals", roles=READERS, query=ApprovalFilter, returns=ApprovalView, many=True)
    def list_approvals(self, request: Request) -> Page:
        """List the approvals of your departments."""
        wanted: dict[str, Any] = dict(request.query)
        if wanted.pop("mine"):
            wanted["seats"] = queries.present_seats(request.session, request.actor)
        return request.page(queries.approvals(request.actor, **wanted), Approval.id)

    @route(
        "GET",
        "/open-decisions",
        roles=DECIDERS,
        query=OpenDecisionFilter,
        returns=OpenDecisionView,
        many=True,
    )
    def list_open_decisions(self, request: Request) -> Page:
        """List what waits for you: on your own seat, on seats lent to you, and by escalation."""
        seats = queries.present_seats(request.session, request.actor)
        page = request.page(queries.approvals(request.actor, seats=seats, **request.query), Approval.id)
        return Page(inbox.judged(request.session, request.actor, page.items), page.next)

    @route("GET", "/approvals/<uuid:approval_id>", roles=READERS, returns=ApprovalView)
    def show_approval(self, request: Request, approval_id: UUID) -> Approval:
        """Show an approval with its steps and decisions."""
        return queries.approval(request.session, request.actor, approval_id)

    @route(
        "POST",
        "/approvals/<uuid:approval_id>/decisions",
        roles=DECIDERS,
        body=NewDecision,
        returns=ApprovalView,
        status=200,
    )
    def decide_approval(self, request: Request, approval_id: UUID) -> Approval:
        """Approve, reject or send back on the open step.

        Nobody decides on their own request, or twice on one step. Approving takes an authority limit that
        covers the amount where the step needs one, or where you have one; rejecting and sending back do not.
        With If-Match the decision counts only for the approval as it was read.
        """
        session, actor = request.session, request.actor
        request.match(queries.approval_for_update(session, actor, approval_id))
        return decisions.decide_approval(session, actor, approval_id=approval_id, **request.body)

    @route(
        "POST",
        "/approvals/<uuid:approval_id>/withdrawal",
        roles=REQUESTERS,
        body=Withdrawal,
        returns=ApprovalView,
        status=200,
    )
    def withdraw_approval(self, request: Request, approval_id: UUID) -> Approval:
        """Take your own request back while it is open. A plan becomes a draft again, a claim ends."""
        session, actor = request.session, request.actor
        request.match(queries.approval_for_update(session, actor, approval_id))
        return decisions.withdraw_approval(session, actor, approval_id=approval_id, **request.body)
