"""HTTP entrypoints of what a campaign plans to buy."""

from uuid import UUID

from chassis.http import Request, route
from services.campaign.planning.queries import find_campaign, take_campaign
from services.campaign.procurement import actions, queries
from services.campaign.procurement.schemas import ProcurementBody, ProcurementView
from services.campaign.roles import PLANNERS, READERS

PROCUREMENT = "/campaigns/<uuid:campaign_id>/procurement"


class ProcurementApi:
    """The procurement part of a plan. Buying is done at finance."""

    @route("GET", PROCUREMENT, roles=READERS, returns=ProcurementView)
    def show_procurement(self, request: Request, campaign_id: UUID) -> queries.Procurement:
        """Show what a campaign plans to buy, and what that takes of its budget lines."""
        campaign = find_campaign(request.session, request.actor, campaign_id)
        return queries.procurement(request.session, campaign)

    @route("PUT", PROCUREMENT, roles=PLANNERS, body=ProcurementBody, returns=ProcurementView)
    def set_purchases(self, request: Request, campaign_id: UUID) -> queries.Procurement:
        """Replace what a draft plans to buy, or, by its owner, what a campaign under way does.

        If-Match is needed: the ``version`` of the campaign, in double quotes.
        """
        campaign = take_campaign(request.session, request.actor, campaign_id)
        request.require_match(campaign)
        actions.set_purchases(request.session, request.actor, campaign=campaign, **request.body)
        return queries.procurement(request.session, campaign)
