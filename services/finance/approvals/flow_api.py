"""Approval flows over HTTP."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import ADMINISTRATOR
from services.finance.access import READERS
from services.finance.approvals import actions, queries
from services.finance.approvals.flow_schemas import FlowFilter, FlowView, NewFlow
from services.finance.approvals.flows import ApprovalFlow


class FlowApi:
    """Routes of approval flows. They hold for all departments' requests, so every reader sees all of them."""

    @route("GET", "/approval-flows", roles=READERS, query=FlowFilter, returns=FlowView, many=True)
    def list_flows(self, request: Request) -> Page:
        """List the editions of the approval flows."""
        return request.page(queries.flows(**request.query), ApprovalFlow.id)

    @route("GET", "/approval-flows/<uuid:flow_id>", roles=READERS, returns=FlowView)
    def show_flow(self, request: Request, flow_id: UUID) -> ApprovalFlow:
        """Show one edition of a flow."""
        return queries.flow(request.session, flow_id)

    @route("POST", "/approval-flows", roles=(ADMINISTRATOR,), body=NewFlow, returns=FlowView, status=201)
    def publish_flow(self, request: Request) -> ApprovalFlow:
        """Publish the next edition of a flow.

        It retires the edition before. Approvals that are open keep the steps that they were opened with.
        """
        return actions.publish_flow(request.session, request.actor, **request.body)

    @route("DELETE", "/approval-flows/<uuid:flow_id>", roles=(ADMINISTRATOR,), returns=FlowView)
    def retire_flow(self, request: Request, flow_id: UUID) -> ApprovalFlow:
        """Have an edition take no new requests, and none take its place. It stays listed.

        Requests that no flow covers any more are refused, and plans wait until one does.
        """
        flow = queries.flow(request.session, flow_id, locked=True)
        request.match(flow)
        return actions.retire_flow(request.session, request.actor, flow=flow)
