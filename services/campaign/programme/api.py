"""The HTTP entrypoint of programmes."""

from uuid import UUID

from chassis.http import Request, route
from services.campaign.programme import queries
from services.campaign.programme.schemas import NodeView
from services.campaign.roles import READERS


class ProgrammeApi:
    """Programmes: campaigns with their sub-campaigns, and the figures of all of them together."""

    @route("GET", "/campaigns/<uuid:campaign_id>/programme", roles=READERS, returns=NodeView)
    def show_programme(self, request: Request, campaign_id: UUID) -> queries.Node:
        """Show a campaign with all that lies below it, and the figures of each, alone and rolled up."""
        return queries.programme(request.session, request.actor, campaign_id)
