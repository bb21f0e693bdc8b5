"""HTTP entrypoints of follow-ups."""

from uuid import UUID

from chassis.http import Request, route
from chassis.paging import Page
from services.campaign.followups import actions, queries
from services.campaign.followups.model import FollowUp
from services.campaign.followups.schemas import (
    FollowUpChange,
    FollowUpEnd,
    FollowUpFilter,
    FollowUpPlan,
    FollowUpView,
    MyFollowUpFilter,
)
from services.campaign.planning.queries import find_campaign, take_campaign
from services.campaign.roles import ONLOOKERS, READERS, WORKERS


class FollowUpsApi:
    """Seeing to it that something is done about an answer."""

    @route(
        "POST",
        "/campaigns/<uuid:campaign_id>/responses/<uuid:response_id>/follow-ups",
        roles=WORKERS,
        body=FollowUpPlan,
        returns=FollowUpView,
        status=201,
    )
    def plan_follow_up(self, request: Request, campaign_id: UUID, response_id: UUID) -> FollowUp:
        """Note what shall be done about a response, by whom and until when."""
        campaign = take_campaign(request.session, request.actor, campaign_id)
        return actions.plan_follow_up(
            request.session, request.actor, campaign=campaign, response_id=response_id, **request.body
        )

    @route(
        "GET",
        "/campaigns/<uuid:campaign_id>/follow-ups",
        roles=READERS,
        query=FollowUpFilter,
        returns=FollowUpView,
        many=True,
    )
    def list_follow_ups(self, request: Request, campaign_id: UUID) -> Page:
        """List the follow-ups of a campaign, newest first."""
        find_campaign(request.session, request.actor, campaign_id)
        return request.page(queries.follow_ups_of(campaign_id, **request.query), FollowUp.id)

    @route(
        "GET",
        "/my-follow-ups",
        roles=ONLOOKERS,
        query=MyFollowUpFilter,
        returns=FollowUpView,
        many=True,
    )
    def list_my_follow_ups(self, request: Request) -> Page:
        """List your own follow-ups, newest first: the open ones, unless you ask for others."""
        return request.page(queries.own_follow_ups(request.actor, **request.query), FollowUp.id)

    @route(
        "PATCH",
        "/campaigns/<uuid:campaign_id>/follow-ups/<uuid:follow_up_id>",
        roles=WORKERS,
        body=FollowUpChange,
        returns=FollowUpView,
    )
    def change_follow_up(self, request: Request, campaign_id: UUID, follow_up_id: UUID) -> FollowUp:
        """Hand an open follow-up over, move its date, or word it anew. If-Match is needed."""
        campaign = take_campaign(request.session, request.actor, campaign_id)
        follow_up = queries.find_follow_up(
            request.session, campaign_id=campaign_id, follow_up_id=follow_up_id
        )
        request.require_match(follow_up)
        return actions.change_follow_up(
            request.session, request.actor, campaign=campaign, follow_up=follow_up, **request.body
        )

    @route(
        "POST",
        "/campaigns/<uuid:campaign_id>/follow-ups/<uuid:follow_up_id>/result",
        roles=WORKERS,
        body=FollowUpEnd,
        returns=FollowUpView,
    )
    def end_follow_up(self, request: Request, campaign_id: UUID, follow_up_id: UUID) -> FollowUp:
        """Say that a follow-up is done or dropped, and what came of it."""
        campaign = take_campaign(request.session, request.actor, campaign_id)
        follow_up = queries.find_follow_up(
            request.session, campaign_id=campaign_id, follow_up_id=follow_up_id
        )
        return actions.end_follow_up(
            request.session, request.actor, campaign=campaign, follow_up=follow_up, **request.body
        )
