"""The HTTP entrypoint of copying."""

from uuid import UUID

from chassis.http import Request, route
from services.campaign.copying import actions
from services.campaign.copying.schemas import NewCopy
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import find_campaign
from services.campaign.planning.schemas import CampaignView
from services.campaign.roles import PLANNERS


class CopyingApi:
    """Making drafts from templates and from earlier campaigns."""

    @route(
        "POST",
        "/campaigns/<uuid:campaign_id>/copies",
        roles=PLANNERS,
        body=NewCopy,
        returns=CampaignView,
        status=201,
    )
    def copy_campaign(self, request: Request, campaign_id: UUID) -> Campaign:
        """Make a draft of a campaign in any state: its design, staff, purchases, waves and audience.

        Contact lists of a campaign that was launched are not taken over: their addresses are forgotten.
        """
        source = find_campaign(request.session, request.actor, campaign_id)
        return actions.copy_campaign(request.session, request.actor, source=source, **request.body)
