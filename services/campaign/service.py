"""The campaign service, put together from its slices."""

from chassis.service import Service
from services.campaign.answers.api import AnswersApi
from services.campaign.answers.reactions import AnswersReactions
from services.campaign.launch.api import LaunchApi
from services.campaign.launch.reactions import LaunchReactions
from services.campaign.planning.api import PlanningApi, WavePlanningApi
from services.campaign.planning.reactions import PlanningReactions
from services.campaign.settings import CampaignSettings
from services.campaign.waves.api import WavesApi
from services.campaign.waves.reactions import WavesReactions


class CampaignService(
    Service,
    PlanningApi,
    WavePlanningApi,
    LaunchApi,
    WavesApi,
    AnswersApi,
    PlanningReactions,
    LaunchReactions,
    WavesReactions,
    AnswersReactions,
):
    """Owns campaigns, plan versions, waves, target lists and responses.

    Publishes about campaigns and waves. Consumes approvals from finance, resolutions and leads from
    lead, mailings, answers and suppressions from outreach.
    """

    name = "campaign"
    Settings = CampaignSettings
