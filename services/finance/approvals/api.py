"""The approval desk over HTTP."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import ADMINISTRATOR
from services.finance.access import DECIDERS, READERS
from services.finance.approvals import actions, decisions, queries
from services.finance.approvals.flows import ApprovalFlow
from services.finance.approvals.model import Approval
from services.finance.approvals.schemas import ApprovalFilter, ApprovalView, FlowView, NewDecision, NewFlow


class ApprovalApi:
    """Routes of approvals and their flows."""

    @route("GET", "/approvals", roles=READERS, query=ApprovalFilter, returns=ApprovalView, many=True)
    def list_approvals(self, request: Request) -> Page:
        """List the approvals of your departments."""
        return request.page(queries.approvals(request.actor, **request.query), Approval.id)

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

        Nobody decides on their own request, or twice on one step. With If-Match the decision counts only
        for the approval as it was read.
        """
        session, actor = request.session, request.actor
        request.match(queries.approval_for_update(session, actor, approval_id))
        return decisions.decide_approval(session, actor, approval_id=approval_id, **request.body)

    @route("GET", "/approval-flows", roles=READERS, returns=FlowView, many=True)
    def list_flows(self, request: Request) -> Page:
        """List all editions of the approval flows."""
        return request.page(queries.flows(), ApprovalFlow.id)

    @route("POST", "/approval-flows", roles=(ADMINISTRATOR,), body=NewFlow, returns=FlowView, status=201)
    def publish_flow(self, request: Request) -> ApprovalFlow:
        """Publish the next edition of a flow.

        It retires the edition before. Approvals that are open keep the steps that they were opened with.
        """
        return actions.publish_flow(request.session, request.actor, **request.body)
