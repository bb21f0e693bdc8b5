"""HTTP entrypoints of a campaign's staff."""

from uuid import UUID

from chassis.http import Request, route
from services.campaign.planning.queries import find_campaign, take_campaign
from services.campaign.roles import PLANNERS, READERS
from services.campaign.staffing import actions, queries
from services.campaign.staffing.schemas import StaffBody, StaffView

STAFF = "/campaigns/<uuid:campaign_id>/staff"


class StaffingApi:
    """Participants with their duties, and partner companies."""

    @route("GET", STAFF, roles=READERS, returns=StaffView)
    def show_staff(self, request: Request, campaign_id: UUID) -> queries.StaffDetail:
        """Show who works for a campaign."""
        campaign = find_campaign(request.session, request.actor, campaign_id)
        return queries.staff_detail(request.session, campaign)

    @route("PUT", STAFF, roles=PLANNERS, body=StaffBody, returns=StaffView)
    def set_staff(self, request: Request, campaign_id: UUID) -> queries.StaffDetail:
        """Replace the staff of a draft, or, by its owner, that of a campaign under way.

        If-Match is needed: the ``version`` of the campaign, in double quotes.
        """
        campaign = take_campaign(request.session, request.actor, campaign_id)
        request.require_match(campaign)
        actions.set_staff(request.session, request.actor, campaign=campaign, **request.body)
        return queries.staff_detail(request.session, campaign)
