"""HTTP entrypoints of judging leads, and of who may."""

from datetime import timedelta
from uuid import UUID

from chassis.http import Page, Request, route
from services.lead.handover.acting import seat_of
from services.lead.judging import actions, queries
from services.lead.judging.model import Judgement, JudgingRight
from services.lead.judging.schemas import (
    Discard,
    JudgementView,
    NewRight,
    Qualification,
    RightFilter,
    RightView,
    Undoing,
)
from services.lead.leads.model import Lead
from services.lead.leads.queries import find_lead, take_lead
from services.lead.leads.schemas import LeadView
from services.lead.roles import MAY_JUDGE, READERS, REP_KEEPERS


class JudgingApi:
    """Judging leads."""

    @route(
        "POST", "/leads/<uuid:lead_id>/qualification", roles=MAY_JUDGE, body=Qualification, returns=LeadView
    )
    def qualify_lead(self, request: Request, lead_id: UUID) -> Lead:
        """Judge a lead: near-term, long-term, or not a target."""
        lead = take_lead(request.session, request.actor, lead_id)
        request.match(lead)
        rest = timedelta(days=request.settings.nurture_days)
        seat = seat_of(request.session, request.actor, lead)
        return actions.qualify_lead(
            request.session, request.actor, lead=lead, rest=rest, on_behalf_of=seat, **request.body
        )

    @route("POST", "/leads/<uuid:lead_id>/disqualification", roles=MAY_JUDGE, body=Discard, returns=LeadView)
    def disqualify(self, request: Request, lead_id: UUID) -> Lead:
        """Discard a lead that is no target, for a reason."""
        lead = take_lead(request.session, request.actor, lead_id)
        request.match(lead)
        seat = seat_of(request.session, request.actor, lead)
        return actions.disqualify(
            request.session, request.actor, lead=lead, on_behalf_of=seat, **request.body
        )

    @route("POST", "/leads/<uuid:lead_id>/undoing", roles=MAY_JUDGE, body=Undoing, returns=LeadView)
    def undo_judgement(self, request: Request, lead_id: UUID) -> Lead:
        """Take back the last judgement, within its period and while nothing else was done."""
        lead = queries.take_judged(request.session, request.actor, lead_id)
        request.match(lead)
        within = timedelta(days=request.settings.judgement_undo_days)
        return actions.undo_judgement(
            request.session, request.actor, lead=lead, within=within, **request.body
        )

    @route("GET", "/leads/<uuid:lead_id>/judgements", roles=READERS, returns=JudgementView, many=True)
    def list_judgements(self, request: Request, lead_id: UUID) -> Page:
        """List how a lead was judged, newest first, with what was taken back."""
        lead = find_lead(request.session, request.actor, lead_id)
        return request.page(queries.judgements(lead), Judgement.id)


class JudgingRightsApi:
    """Saying who may judge."""

    @route("POST", "/judging-rights", roles=REP_KEEPERS, body=NewRight, returns=RightView, status=201)
    def grant_right(self, request: Request) -> JudgingRight:
        """Let a person or a role judge the leads of a department; from then on only who has a right may."""
        return actions.grant_right(request.session, request.actor, **request.body)

    @route("GET", "/judging-rights", roles=READERS, query=RightFilter, returns=RightView, many=True)
    def list_rights(self, request: Request) -> Page:
        """List the rights to judge of your departments, newest first."""
        return request.page(queries.rights(request.actor, **request.query), JudgingRight.id)

    @route("GET", "/judging-rights/<uuid:right_id>", roles=READERS, returns=RightView)
    def show_right(self, request: Request, right_id: UUID) -> JudgingRight:
        """Show a right to judge."""
        return queries.find_right(request.session, request.actor, right_id)

    @route("DELETE", "/judging-rights/<uuid:right_id>", roles=REP_KEEPERS, status=204)
    def end_right(self, request: Request, right_id: UUID) -> None:
        """Take a right to judge away."""
        right = queries.find_right(request.session, request.actor, right_id)
        request.match(right)
        actions.end_right(request.session, right=right)
