"""HTTP entrypoints of the launch, of steering a campaign, and of its target list."""

from uuid import UUID

from chassis.http import Request, route
from chassis.paging import Page
from services.campaign.launch import actions, queries
from services.campaign.launch.model import Target
from services.campaign.launch.schemas import CampaignDetailView, TargetFilter, TargetView
from services.campaign.planning.lifecycle import Step
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import find_campaign, take_campaign
from services.campaign.planning.schemas import CampaignView
from services.campaign.roles import PLANNERS, READERS


class LaunchApi:
    """Starting and steering campaigns. Only the owner or an administrator does either."""

    @route("GET", "/campaigns/<uuid:campaign_id>", roles=READERS, returns=CampaignDetailView)
    def show_campaign(self, request: Request, campaign_id: UUID) -> queries.CampaignDetail:
        """Show a campaign with its waves and its targets by status."""
        return queries.campaign_detail(request.session, request.actor, campaign_id)

    @route(
        "GET",
        "/campaigns/<uuid:campaign_id>/targets",
        roles=READERS,
        query=TargetFilter,
        returns=TargetView,
        many=True,
    )
    def list_targets(self, request: Request, campaign_id: UUID) -> Page:
        """List the targets of a campaign, newest first."""
        find_campaign(request.session, request.actor, campaign_id)
        return request.page(queries.targets(campaign_id, **request.query), Target.id)

    @route("POST", "/campaigns/<uuid:campaign_id>/start", roles=PLANNERS, returns=CampaignView)
    def start_campaign(self, request: Request, campaign_id: UUID) -> Campaign:
        """Start an approved campaign; it runs as soon as its target list is complete."""
        campaign = take_campaign(request.session, request.actor, campaign_id)
        request.match(campaign)
        return actions.start_campaign(request.session, request.actor, campaign=campaign)

    @route("POST", "/campaigns/<uuid:campaign_id>/pause", roles=PLANNERS, returns=CampaignView)
    def pause_campaign(self, request: Request, campaign_id: UUID) -> Campaign:
        """Pause a running campaign; no wave can be released meanwhile."""
        return _steer(request, campaign_id, Step.PAUSE)

    @route("POST", "/campaigns/<uuid:campaign_id>/resume", roles=PLANNERS, returns=CampaignView)
    def resume_campaign(self, request: Request, campaign_id: UUID) -> Campaign:
        """Let a paused campaign run again."""
        return _steer(request, campaign_id, Step.RESUME)

    @route("POST", "/campaigns/<uuid:campaign_id>/completion", roles=PLANNERS, returns=CampaignView)
    def complete_campaign(self, request: Request, campaign_id: UUID) -> Campaign:
        """Complete a running or paused campaign; answers that still come in count."""
        return _steer(request, campaign_id, Step.COMPLETE)

    @route("POST", "/campaigns/<uuid:campaign_id>/cancellation", roles=PLANNERS, returns=CampaignView)
    def cancel_campaign(self, request: Request, campaign_id: UUID) -> Campaign:
        """Cancel a campaign for good, in any state before closed."""
        return _steer(request, campaign_id, Step.CANCEL)


def _steer(request: Request, campaign_id: UUID, step: Step) -> Campaign:
    campaign = take_campaign(request.session, request.actor, campaign_id)
    request.match(campaign)
    return actions.steer_campaign(request.session, request.actor, campaign=campaign, step=step)
