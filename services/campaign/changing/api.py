"""HTTP entrypoints of changes to approved campaigns, and of their amendments."""

from uuid import UUID

from chassis.http import Request, route
from chassis.paging import Page
from services.campaign.changing import actions, amendments, queries
from services.campaign.changing.model import Amendment, CampaignChange
from services.campaign.changing.schemas import (
    AmendmentFilter,
    AmendmentView,
    ChangeFilter,
    ChangeView,
    DirectChange,
    NewAmendment,
)
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import find_campaign, take_campaign
from services.campaign.planning.schemas import CampaignView
from services.campaign.roles import PLANNERS, READERS

CAMPAIGN = "/campaigns/<uuid:campaign_id>"
AMENDMENTS = f"{CAMPAIGN}/amendments"


class ChangingApi:
    """Changing campaigns that are approved. Only the owner or an administrator does."""

    @route("PATCH", CAMPAIGN, roles=PLANNERS, body=DirectChange, returns=CampaignView)
    def change_campaign(self, request: Request, campaign_id: UUID) -> Campaign:
        """Change a campaign under way; every change is kept. The budget, and later dates, need an amendment.

        If-Match is needed: the ``version`` that the change builds on, in double quotes.
        """
        campaign = take_campaign(request.session, request.actor, campaign_id)
        request.require_match(campaign)
        return actions.change_campaign(request.session, request.actor, campaign=campaign, **request.body)

    @route("GET", f"{CAMPAIGN}/changes", roles=READERS, query=ChangeFilter, returns=ChangeView, many=True)
    def list_changes(self, request: Request, campaign_id: UUID) -> Page:
        """List what was changed of a campaign since its approval, newest first."""
        find_campaign(request.session, request.actor, campaign_id)
        return request.page(queries.changes(campaign_id, **request.query), CampaignChange.id)

    @route("POST", AMENDMENTS, roles=PLANNERS, body=NewAmendment, returns=AmendmentView, status=201)
    def propose_amendment(self, request: Request, campaign_id: UUID) -> Amendment:
        """Hand in a change of budget, purchases or dates for approval; until it passes nothing changes.

        A purchase may name a line that the amendment adds by its name.
        """
        campaign = take_campaign(request.session, request.actor, campaign_id)
        request.match(campaign)
        return amendments.propose_amendment(request.session, request.actor, campaign=campaign, **request.body)

    @route("GET", AMENDMENTS, roles=READERS, query=AmendmentFilter, returns=AmendmentView, many=True)
    def list_amendments(self, request: Request, campaign_id: UUID) -> Page:
        """List the amendments of a campaign, newest first."""
        find_campaign(request.session, request.actor, campaign_id)
        return request.page(queries.amendments(campaign_id, **request.query), Amendment.id)

    @route("GET", f"{AMENDMENTS}/<uuid:amendment_id>", roles=READERS, returns=AmendmentView)
    def show_amendment(self, request: Request, campaign_id: UUID, amendment_id: UUID) -> Amendment:
        """Show one amendment with the plan that it asks for."""
        find_campaign(request.session, request.actor, campaign_id)
        return queries.find_amendment(request.session, campaign_id=campaign_id, amendment_id=amendment_id)
