"""The campaign service, put together from its slices."""

from chassis.files.api import FilesApi
from chassis.service import Service
from services.campaign.answers.api import AnswersApi
from services.campaign.answers.reactions import AnswersReactions
from services.campaign.audience.api import AudienceApi
from services.campaign.calendar.api import CalendarApi
from services.campaign.catalogue.api import CatalogueApi
from services.campaign.changing.api import ChangingApi
from services.campaign.closing.reactions import ClosingReactions
from services.campaign.copying.api import CopyingApi
from services.campaign.followups.api import FollowUpsApi
from services.campaign.launch.api import LaunchApi
from services.campaign.launch.reactions import LaunchReactions
from services.campaign.planning.api import PlanningApi
from services.campaign.planning.reactions import PlanningReactions
from services.campaign.privacy.reactions import PrivacyReactions
from services.campaign.procurement.api import ProcurementApi
from services.campaign.programme.api import ProgrammeApi
from services.campaign.roles import ONLOOKERS
from services.campaign.settings import CampaignSettings
from services.campaign.sharing.api import SharingApi
from services.campaign.staffing.api import StaffingApi
from services.campaign.tasks.api import TasksApi
from services.campaign.tasks.planning_api import TaskPlanningApi
from services.campaign.timeline.api import TimelineApi
from services.campaign.waves.api import WavePlanningApi, WavesApi
from services.campaign.waves.reactions import WavesReactions


class CampaignService(
    Service,
    CatalogueApi,
    PlanningApi,
    StaffingApi,
    ProcurementApi,
    ChangingApi,
    CopyingApi,
    ProgrammeApi,
    AudienceApi,
    WavePlanningApi,
    LaunchApi,
    WavesApi,
    AnswersApi,
    SharingApi,
    FollowUpsApi,
    TaskPlanningApi,
    TasksApi,
    CalendarApi,
    TimelineApi,
    FilesApi,
    PlanningReactions,
    LaunchReactions,
    WavesReactions,
    AnswersReactions,
    ClosingReactions,
    PrivacyReactions,
):
    """Owns the codes of plans, campaigns with staff and purchases, plan versions, amendments, audiences,
    waves, target lists, responses, follow-ups and tasks.

    Publishes about campaigns, waves, terms and tasks. Consumes approvals and settlements from finance,
    resolutions and leads from lead, mailings, answers and suppressions from outreach.
    """

    name = "campaign"
    Settings = CampaignSettings
    file_readers = ONLOOKERS
