"""Campaigns with their figures over HTTP, and the events that a figure came from."""

from uuid import UUID

from werkzeug.wrappers import Response

from chassis.errors import NotFound
from chassis.http import Page, Request, route
from services.reporting.access import READERS
from services.reporting.archive import cloudevents
from services.reporting.archive import queries as archive
from services.reporting.evaluation import queries
from services.reporting.evaluation.formulas import FORMULAS
from services.reporting.evaluation.report import Evaluation, evaluate_campaign, headlines
from services.reporting.evaluation.schemas import (
    CampaignFilter,
    EvaluationMoment,
    EvaluationView,
    FigurePoint,
    HeadlineView,
)
from services.reporting.projections.model import Campaign


class EvaluationApi:
    """Routes of the evaluation."""

    @route("GET", "/campaigns", roles=READERS, query=CampaignFilter, returns=HeadlineView, many=True)
    def list_campaigns(self, request: Request) -> Page:
        """List the campaigns of your departments, newest first, with the values of their figures."""
        page = request.page(queries.campaigns(request.actor, **request.query), Campaign.campaign_id)
        return Page(headlines(request.session, page.items), page.next)

    @route(
        "GET",
        "/campaigns/<uuid:campaign_id>/evaluation",
        roles=READERS,
        query=EvaluationMoment,
        returns=EvaluationView,
    )
    def show_evaluation(self, request: Request, campaign_id: UUID) -> Evaluation:
        """Evaluate a campaign as it stands now, or as it stood at a past moment.

        Each figure comes with its formula and the events behind it.
        """
        return evaluate_campaign(request.session, request.actor, campaign_id, at=request.query["at"])

    @route("GET", "/campaigns/<uuid:campaign_id>/figures/<figure>/events", roles=READERS, query=FigurePoint)
    def list_events_of_figure(self, request: Request, campaign_id: UUID, figure: str) -> Response:
        """Read the archived events that a figure was counted from, oldest first, as a CloudEvents batch.

        With ``at``, those that had happened by then. The Link header names the address of what follows.
        """
        queries.campaign(request.session, request.actor, campaign_id)
        if figure not in FORMULAS:
            raise NotFound("figure", figure)
        head = archive.head(request.session)
        query = archive.events_of_campaign(campaign_id, FORMULAS[figure].sources, **request.query)
        events = request.session.scalars(query).all()
        after = archive.next_after(events, head=head, **request.query)
        return cloudevents.batch(events, path=request.path, query=request.query, after=after)
