"""HTTP entrypoints of the response ledger."""

from uuid import UUID

from chassis.http import Request, route
from chassis.paging import Page
from services.campaign.answers import actions, queries
from services.campaign.answers.model import Response
from services.campaign.answers.schemas import Judgement, ResponseFilter, ResponseRecord, ResponseView
from services.campaign.planning.queries import find_campaign
from services.campaign.roles import READERS, WORKERS


class AnswersApi:
    """Reading the ledger, writing answers down by hand, and judging them."""

    @route(
        "GET",
        "/campaigns/<uuid:campaign_id>/responses",
        roles=READERS,
        query=ResponseFilter,
        returns=ResponseView,
        many=True,
    )
    def list_responses(self, request: Request, campaign_id: UUID) -> Page:
        """List the responses to a campaign, newest first."""
        find_campaign(request.session, request.actor, campaign_id)
        return request.page(queries.responses(campaign_id, **request.query), Response.id)

    @route(
        "POST",
        "/campaigns/<uuid:campaign_id>/responses",
        roles=WORKERS,
        body=ResponseRecord,
        returns=ResponseView,
        status=201,
    )
    def record_response(self, request: Request, campaign_id: UUID) -> Response:
        """Write down an answer that came by call, card, reply or attendance, or a note.

        A target that was shared out is worked by whom it was given to.
        """
        return actions.record_response(
            request.session, request.actor, campaign_id=campaign_id, **request.body
        )

    @route(
        "POST",
        "/campaigns/<uuid:campaign_id>/responses/<uuid:response_id>/verdict",
        roles=WORKERS,
        body=Judgement,
        returns=ResponseView,
    )
    def judge_response(self, request: Request, campaign_id: UUID, response_id: UUID) -> Response:
        """Pass another verdict on a response than the rules did."""
        return actions.judge_response(
            request.session, request.actor, campaign_id=campaign_id, response_id=response_id, **request.body
        )
