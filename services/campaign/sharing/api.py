"""HTTP entrypoints of sharing targets out."""

from uuid import UUID

from chassis.http import Request, route
from chassis.paging import Page
from services.campaign.launch.model import Target
from services.campaign.planning.queries import find_campaign
from services.campaign.roles import ONLOOKERS, PLANNERS, READERS
from services.campaign.sharing import actions, queries
from services.campaign.sharing.model import Sharing
from services.campaign.sharing.schemas import MyTargetFilter, MyTargetView, SharingOrder, SharingView


class SharingApi:
    """Giving targets to the people who work them."""

    @route(
        "POST",
        "/campaigns/<uuid:campaign_id>/target-shares",
        roles=PLANNERS,
        body=SharingOrder,
        returns=SharingView,
        status=201,
    )
    def share_targets(self, request: Request, campaign_id: UUID) -> Sharing:
        """Share out the targets that nobody has begun to work. The same order deals them alike."""
        return actions.share_targets(request.session, request.actor, campaign_id=campaign_id, **request.body)

    @route(
        "GET",
        "/campaigns/<uuid:campaign_id>/target-shares",
        roles=READERS,
        returns=SharingView,
        many=True,
    )
    def list_sharings(self, request: Request, campaign_id: UUID) -> Page:
        """List how the targets of a campaign were shared out, newest first."""
        find_campaign(request.session, request.actor, campaign_id)
        return request.page(queries.sharings(campaign_id), Sharing.id)

    @route("GET", "/my-targets", roles=ONLOOKERS, query=MyTargetFilter, returns=MyTargetView, many=True)
    def list_my_targets(self, request: Request) -> Page:
        """List the targets that were shared out to you, newest first."""
        return request.page(queries.shared_to(request.actor, **request.query), Target.id)
