"""HTTP entrypoints of planning."""

from uuid import UUID

from chassis.http import Request, route
from chassis.paging import Page
from services.campaign.planning import actions, queries
from services.campaign.planning.checks import Finding
from services.campaign.planning.design import Design
from services.campaign.planning.model import Campaign, PlanVersion
from services.campaign.planning.narrowing import campaigns
from services.campaign.planning.schemas import (
    CampaignDesign,
    CampaignFilter,
    CampaignView,
    FindingsView,
    PlanVersionView,
)
from services.campaign.roles import PLANNERS, READERS


class PlanningApi:
    """Designing campaigns and handing their plans in."""

    @route("POST", "/campaigns", roles=PLANNERS, body=CampaignDesign, returns=CampaignView, status=201)
    def design_campaign(self, request: Request) -> Campaign:
        """Begin a campaign as a draft."""
        return actions.design_campaign(request.session, request.actor, Design(**request.body))

    @route("GET", "/campaigns", roles=READERS, query=CampaignFilter, returns=CampaignView, many=True)
    def list_campaigns(self, request: Request) -> Page:
        """List the campaigns of your departments, newest first."""
        return request.page(campaigns(request.actor, **request.query), Campaign.id)

    @route(
        "PUT",
        "/campaigns/<uuid:campaign_id>",
        roles=PLANNERS,
        body=CampaignDesign,
        returns=CampaignView,
    )
    def redesign_campaign(self, request: Request, campaign_id: UUID) -> Campaign:
        """Replace the design of a draft.

        If-Match is needed: the ``version`` that the change builds on, in double quotes.
        """
        campaign = queries.take_campaign(request.session, request.actor, campaign_id)
        request.require_match(campaign)
        return actions.redesign_campaign(
            request.session, request.actor, campaign=campaign, design=Design(**request.body)
        )

    @route("POST", "/campaigns/<uuid:campaign_id>/submission", roles=PLANNERS, returns=CampaignView)
    def submit_plan(self, request: Request, campaign_id: UUID) -> Campaign:
        """Hand the plan in for approval. Whatever the checks call an error keeps it from being handed in."""
        campaign = queries.take_campaign(request.session, request.actor, campaign_id)
        request.match(campaign)
        return actions.submit_plan(request.session, request.actor, campaign=campaign)

    @route("GET", "/campaigns/<uuid:campaign_id>/checks", roles=READERS, returns=FindingsView)
    def check_plan(self, request: Request, campaign_id: UUID) -> dict[str, list[Finding]]:
        """Name what of a plan does not add up. Errors keep it from being submitted, warnings do not."""
        campaign = queries.find_campaign(request.session, request.actor, campaign_id)
        return {"findings": actions.check_plan(request.session, campaign)}

    @route("GET", "/campaigns/<uuid:campaign_id>/plans", roles=READERS, returns=PlanVersionView, many=True)
    def list_plan_versions(self, request: Request, campaign_id: UUID) -> Page:
        """List the approved plan versions of a campaign, newest first."""
        queries.find_campaign(request.session, request.actor, campaign_id)
        return request.page(queries.plan_versions(campaign_id), PlanVersion.number)
