"""HTTP entrypoints of waves: planning them, looking ahead, releasing them, and seeing whom they went to."""

from uuid import UUID

from chassis.http import Request, route
from chassis.paging import Page
from services.campaign.planning.queries import find_campaign, take_campaign, waves
from services.campaign.roles import PLANNERS, READERS
from services.campaign.waves import actions, planning, queries
from services.campaign.waves.model import Wave, WaveRecipient
from services.campaign.waves.planning import find_wave
from services.campaign.waves.preview import Preview, preview
from services.campaign.waves.queries import WaveDetail, wave_detail
from services.campaign.waves.schemas import (
    PreviewView,
    RecipientFilter,
    RecipientView,
    WaveDetailView,
    WavePlan,
    WaveView,
)

WAVES = "/campaigns/<uuid:campaign_id>/waves"
WAVE = f"{WAVES}/<uuid:wave_id>"


class WavePlanningApi:
    """Planning the waves of a draft."""

    @route("POST", WAVES, roles=PLANNERS, body=WavePlan, returns=WaveView, status=201)
    def plan_wave(self, request: Request, campaign_id: UUID) -> Wave:
        """Add a wave to a draft: an outreach with schedule and trial, or a follow-up of an earlier wave."""
        return planning.plan_wave(request.session, request.actor, campaign_id=campaign_id, **request.body)

    @route("PUT", WAVE, roles=PLANNERS, body=WavePlan, returns=WaveView)
    def change_wave(self, request: Request, campaign_id: UUID, wave_id: UUID) -> Wave:
        """Replace the plan of a wave. Once the campaign's plan was submitted, only the schedule may differ.

        If-Match is needed: the ``version`` of the campaign, in double quotes.
        """
        campaign = take_campaign(request.session, request.actor, campaign_id)
        wave = find_wave(request.session, campaign_id=campaign_id, wave_id=wave_id)
        request.require_match(campaign)
        return planning.change_wave(
            request.session, request.actor, campaign=campaign, wave=wave, **request.body
        )

    @route("DELETE", WAVE, roles=PLANNERS, status=204)
    def drop_wave(self, request: Request, campaign_id: UUID, wave_id: UUID) -> None:
        """Take a wave out of a draft."""
        planning.drop_wave(request.session, request.actor, campaign_id=campaign_id, wave_id=wave_id)


class WavesApi:
    """Releasing waves, and seeing what they would do and did."""

    @route("GET", WAVES, roles=READERS, returns=WaveView, many=True)
    def list_waves(self, request: Request, campaign_id: UUID) -> Page:
        """List the waves of a campaign, newest first."""
        find_campaign(request.session, request.actor, campaign_id)
        return request.page(waves(campaign_id), Wave.id)

    @route("GET", WAVE, roles=READERS, returns=WaveDetailView)
    def show_wave(self, request: Request, campaign_id: UUID, wave_id: UUID) -> WaveDetail:
        """Show a wave with its recipients by the class of their answer."""
        find_campaign(request.session, request.actor, campaign_id)
        wave = find_wave(request.session, campaign_id=campaign_id, wave_id=wave_id)
        return wave_detail(request.session, wave)

    @route(
        "GET", f"{WAVE}/recipients", roles=READERS, query=RecipientFilter, returns=RecipientView, many=True
    )
    def list_recipients(self, request: Request, campaign_id: UUID, wave_id: UUID) -> Page:
        """List whom a wave went to, and what came of it, newest target first."""
        find_campaign(request.session, request.actor, campaign_id)
        find_wave(request.session, campaign_id=campaign_id, wave_id=wave_id)
        found = queries.recipients(wave_id, only=request.query.get("answer_class"))
        return request.page(found, WaveRecipient.target_id)

    @route("POST", f"{WAVE}/preview", roles=PLANNERS, returns=PreviewView)
    def preview_wave(self, request: Request, campaign_id: UUID, wave_id: UUID) -> Preview:
        """Say what a release would do now: how many go, who is left out and why, who is a target elsewhere.

        Nothing is released, and nothing is kept.
        """
        campaign = find_campaign(request.session, request.actor, campaign_id)
        wave = find_wave(request.session, campaign_id=campaign_id, wave_id=wave_id)
        return preview(request.session, campaign, wave)

    @route("POST", f"{WAVE}/release", roles=PLANNERS, returns=WaveView)
    def release_wave(self, request: Request, campaign_id: UUID, wave_id: UUID) -> Wave:
        """Let a wave of a running campaign out, once.

        One that makes leads may be released again, for those who have come to qualify since.
        """
        return actions.release_wave(request.session, request.actor, campaign_id=campaign_id, wave_id=wave_id)
