"""HTTP entrypoints of scoring."""

from uuid import UUID

from chassis.http import Page, Request, route
from services.lead.roles import JUDGES, READERS
from services.lead.scoring import actions, queries
from services.lead.scoring.model import Scoring
from services.lead.scoring.queries import LeadScore, Preview
from services.lead.scoring.schemas import (
    Design,
    NewScoring,
    ScoreView,
    ScoringChange,
    ScoringFilter,
    ScoringPreviewView,
    ScoringView,
)


class ScoringApi:
    """Rules that propose how leads are judged, and what they propose."""

    @route("POST", "/scorings", roles=JUDGES, body=NewScoring, returns=ScoringView, status=201)
    def add_scoring(self, request: Request) -> Scoring:
        """Make a set of scoring rules. In force, it takes the place of the department's set before it."""
        return actions.add_scoring(request.session, request.actor, **request.body)

    @route("GET", "/scorings", roles=READERS, query=ScoringFilter, returns=ScoringView, many=True)
    def list_scorings(self, request: Request) -> Page:
        """List the scoring rules of your departments, newest first."""
        return request.page(queries.scorings(request.actor, **request.query), Scoring.id)

    @route("GET", "/scorings/<uuid:scoring_id>", roles=READERS, returns=ScoringView)
    def show_scoring(self, request: Request, scoring_id: UUID) -> Scoring:
        """Show a set of scoring rules."""
        return queries.find_scoring(request.session, request.actor, scoring_id)

    @route("PATCH", "/scorings/<uuid:scoring_id>", roles=JUDGES, body=ScoringChange, returns=ScoringView)
    def change_scoring(self, request: Request, scoring_id: UUID) -> Scoring:
        """Change a set of scoring rules, or put it aside. If-Match is needed."""
        scoring = queries.find_scoring(request.session, request.actor, scoring_id, lock=True)
        request.require_match(scoring)
        return actions.change_scoring(request.session, request.actor, scoring=scoring, **request.body)

    @route(
        "POST", "/scorings/<uuid:scoring_id>/preview", roles=JUDGES, body=Design, returns=ScoringPreviewView
    )
    def preview_scoring(self, request: Request, scoring_id: UUID) -> Preview:
        """Show what rules, those kept or those given, would make of the newest open leads."""
        scoring = queries.find_scoring(request.session, request.actor, scoring_id)
        return queries.preview(request.session, request.actor, scoring, **request.body)

    @route("GET", "/leads/<uuid:lead_id>/score", roles=READERS, returns=ScoreView)
    def show_score(self, request: Request, lead_id: UUID) -> LeadScore:
        """Show the points of a lead, which grade they propose, and why."""
        return queries.score_of(request.session, request.actor, lead_id)
