"""HTTP entrypoints of planning."""

from uuid import UUID

from chassis.http import Request, route
from chassis.paging import Page
from contracts.roles import ANALYST, FINANCE_APPROVER, FINANCE_CLERK, MARKETING_MANAGER, MARKETING_STAFF
from services.campaign.planning import actions, queries
from services.campaign.planning.design import Design
from services.campaign.planning.model import Campaign, PlanVersion
from services.campaign.planning.schemas import (
    CampaignDesign,
    CampaignFilter,
    CampaignView,
    PlanVersionView,
    WavePlan,
)
from services.campaign.waves.model import Wave
from services.campaign.waves.schemas import WaveView

PLANNERS = (MARKETING_MANAGER, MARKETING_STAFF)
READERS = (*PLANNERS, ANALYST, FINANCE_APPROVER, FINANCE_CLERK)


class PlanningApi:
    """Designing campaigns and handing their plans in."""

    @route("POST", "/campaigns", roles=PLANNERS, body=CampaignDesign, returns=CampaignView, status=201)
    def design_campaign(self, request: Request) -> Campaign:
        """Begin a campaign as a draft."""
        return actions.design_campaign(request.session, request.actor, Design(**request.body))

    @route("GET", "/campaigns", roles=READERS, query=CampaignFilter, returns=CampaignView, many=True)
    def list_campaigns(self, request: Request) -> Page:
        """List the campaigns of your departments, newest first."""
        return request.page(queries.campaigns(request.actor, **request.query), Campaign.id)

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
        """Hand the plan in for approval. It needs a segment and at least one wave."""
        campaign = queries.take_campaign(request.session, request.actor, campaign_id)
        request.match(campaign)
        return actions.submit_plan(request.session, request.actor, campaign=campaign)

    @route("GET", "/campaigns/<uuid:campaign_id>/plans", roles=READERS, returns=PlanVersionView, many=True)
    def list_plan_versions(self, request: Request, campaign_id: UUID) -> Page:
        """List the approved plan versions of a campaign, newest first."""
        queries.find_campaign(request.session, request.actor, campaign_id)
        return request.page(queries.plan_versions(campaign_id), PlanVersion.number)


class WavePlanningApi:
    """Planning the waves of a draft."""

    @route(
        "POST",
        "/campaigns/<uuid:campaign_id>/waves",
        roles=PLANNERS,
        body=WavePlan,
        returns=WaveView,
        status=201,
    )
    def plan_wave(self, request: Request, campaign_id: UUID) -> Wave:
        """Add a wave to a draft."""
        return actions.plan_wave(request.session, request.actor, campaign_id=campaign_id, **request.body)

    @route("GET", "/campaigns/<uuid:campaign_id>/waves", roles=READERS, returns=WaveView, many=True)
    def list_waves(self, request: Request, campaign_id: UUID) -> Page:
        """List the waves of a campaign, newest first."""
        queries.find_campaign(request.session, request.actor, campaign_id)
        return request.page(queries.waves(campaign_id), Wave.id)

    @route("DELETE", "/campaigns/<uuid:campaign_id>/waves/<uuid:wave_id>", roles=PLANNERS, status=204)
    def drop_wave(self, request: Request, campaign_id: UUID, wave_id: UUID) -> None:
        """Take a wave out of a draft."""
        actions.drop_wave(request.session, request.actor, campaign_id=campaign_id, wave_id=wave_id)
