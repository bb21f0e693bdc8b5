"""HTTP entrypoint of the release."""

from uuid import UUID

from chassis.http import Request, route
from services.campaign.planning.api import PLANNERS
from services.campaign.waves import actions
from services.campaign.waves.model import Wave
from services.campaign.waves.schemas import WaveView


class WavesApi:
    """Releasing waves."""

    @route(
        "POST", "/campaigns/<uuid:campaign_id>/waves/<uuid:wave_id>/release", roles=PLANNERS, returns=WaveView
    )
    def release_wave(self, request: Request, campaign_id: UUID, wave_id: UUID) -> Wave:
        """Let a planned wave of a running campaign out, once."""
        return actions.release_wave(request.session, request.actor, campaign_id=campaign_id, wave_id=wave_id)
