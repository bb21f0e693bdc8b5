"""HTTP entrypoints of the audience."""

from uuid import UUID

from chassis.errors import TooLarge
from chassis.http import Request, route
from chassis.paging import Page
from services.campaign.audience import actions, late, queries
from services.campaign.audience.model import AudienceSource, Exclusion
from services.campaign.audience.queries import Audience
from services.campaign.audience.schemas import (
    Additions,
    AudienceRules,
    AudienceView,
    ExclusionFilter,
    ExclusionView,
    FileUpload,
    PickedContacts,
    Removals,
    SourceView,
)
from services.campaign.planning.queries import find_campaign, take_campaign
from services.campaign.roles import PLANNERS, READERS

LARGEST_FILE = 64 * 1024**2
AUDIENCE = "/campaigns/<uuid:campaign_id>/audience"


class AudienceApi:
    """Saying whom a campaign is for, and seeing who was left out."""

    @route("GET", AUDIENCE, roles=READERS, returns=AudienceView)
    def show_audience(self, request: Request, campaign_id: UUID) -> Audience:
        """Show what the target list is made of, and how many were left out for which reason."""
        return queries.audience(request.session, request.actor, campaign_id)

    @route("PUT", AUDIENCE, roles=PLANNERS, body=AudienceRules, returns=AudienceView)
    def set_audience(self, request: Request, campaign_id: UUID) -> Audience:
        """Replace a draft's segments and exclusions; files and picked contacts stay.

        If-Match is needed: the ``version`` of the campaign, in double quotes.
        """
        campaign = take_campaign(request.session, request.actor, campaign_id)
        request.require_match(campaign)
        actions.set_rules(request.session, campaign=campaign, **request.body)
        return queries.audience(request.session, request.actor, campaign_id)

    @route(
        "POST",
        f"{AUDIENCE}/files",
        roles=PLANNERS,
        query=FileUpload,
        returns=SourceView,
        status=201,
        stream=True,
        max_body=LARGEST_FILE,
    )
    def upload_list(self, request: Request, campaign_id: UUID) -> AudienceSource:
        """Upload a CSV file of contacts as the raw body, to put them on the list or keep them off it.

        It has a column contact_id or email. Its lines are looked up among the contacts of the department
        when the campaign starts.
        """
        campaign = take_campaign(request.session, request.actor, campaign_id)
        limit = request.settings.audience_file_bytes
        if request.stream.seek(0, 2) > limit:
            raise TooLarge(f"A file of contacts has at most {limit} bytes")
        request.stream.seek(0)
        name = request.query.pop("filename")
        return actions.upload_list(
            request.session, campaign=campaign, file=request.stream, name=name, **request.query
        )

    @route(
        "POST",
        f"{AUDIENCE}/contacts",
        roles=PLANNERS,
        body=PickedContacts,
        returns=SourceView,
        status=201,
    )
    def pick_contacts(self, request: Request, campaign_id: UUID) -> AudienceSource:
        """Put contacts on a draft's list by hand, or keep them off it, beside those picked before."""
        campaign = take_campaign(request.session, request.actor, campaign_id)
        return actions.pick_contacts(request.session, campaign=campaign, **request.body)

    @route("POST", f"{AUDIENCE}/additions", roles=PLANNERS, body=Additions, returns=SourceView, status=201)
    def add_targets(self, request: Request, campaign_id: UUID) -> AudienceSource:
        """Have contacts looked up and put on the list of a campaign under way; later waves reach them too.

        For its owner. What keeps contacts off by rule still does; segments are not asked again.
        """
        campaign = take_campaign(request.session, request.actor, campaign_id)
        request.match(campaign)
        return late.add_targets(request.session, request.actor, campaign=campaign, **request.body)

    @route("POST", f"{AUDIENCE}/removals", roles=PLANNERS, body=Removals, returns=SourceView, status=201)
    def remove_targets(self, request: Request, campaign_id: UUID) -> AudienceSource:
        """Take targets to whom nothing happened yet off the list of a campaign under way; for its owner."""
        campaign = take_campaign(request.session, request.actor, campaign_id)
        request.match(campaign)
        return late.remove_targets(request.session, request.actor, campaign=campaign, **request.body)

    @route("DELETE", f"{AUDIENCE}/sources/<uuid:source_id>", roles=PLANNERS, status=204)
    def drop_source(self, request: Request, campaign_id: UUID, source_id: UUID) -> None:
        """Take a source out of a draft's audience."""
        campaign = take_campaign(request.session, request.actor, campaign_id)
        actions.drop_source(request.session, campaign=campaign, source_id=source_id)

    @route(
        "GET",
        "/campaigns/<uuid:campaign_id>/exclusions",
        roles=READERS,
        query=ExclusionFilter,
        returns=ExclusionView,
        many=True,
    )
    def list_exclusions(self, request: Request, campaign_id: UUID) -> Page:
        """List the contacts that were left out of the target list, each with its reason."""
        find_campaign(request.session, request.actor, campaign_id)
        return request.page(queries.exclusions(campaign_id, **request.query), Exclusion.contact_id)
