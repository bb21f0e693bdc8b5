"""The lead service, put together from its slices."""

from chassis.files.api import FilesApi
from chassis.service import Service
from services.lead.assignment.api import AssignmentApi, RepsApi
from services.lead.attributes.api import AttributesApi
from services.lead.clocks.api import ClocksApi
from services.lead.contact_roles.api import ContactRolesApi
from services.lead.customers.api import ContactsApi, CustomersApi
from services.lead.customers.care_api import CareApi
from services.lead.customers.reactions import ConsentReactions
from services.lead.handover.api import HandoverApi
from services.lead.holidays.api import HolidaysApi
from services.lead.imports.api import ImportsApi
from services.lead.judging.api import JudgingApi, JudgingRightsApi
from services.lead.leads.api import LeadHoldingApi, LeadsApi
from services.lead.leads.reactions import LeadReactions
from services.lead.merging.api import MergesApi
from services.lead.pools.api import PoolsApi
from services.lead.privacy.api import PrivacyApi
from services.lead.privacy.reactions import PrivacyReactions
from services.lead.reassignment.api import ReassignmentsApi
from services.lead.regions.api import RegionsApi
from services.lead.requests.api import RequestsApi
from services.lead.roles import FILE_READERS
from services.lead.scoring.api import ScoringApi
from services.lead.segments.api import SegmentsApi
from services.lead.segments.reactions import ResolutionReactions
from services.lead.service_levels.api import ServiceLevelsApi
from services.lead.settings import LeadSettings
from services.lead.sources.api import SourcesApi
from services.lead.submissions.reactions import SubmissionReactions
from services.lead.summary.api import SummaryApi
from services.lead.timeline.api import TimelineApi
from services.lead.timeline.reactions import TimelineReactions


class LeadService(
    Service,
    CustomersApi,
    ContactsApi,
    CareApi,
    ContactRolesApi,
    RegionsApi,
    SourcesApi,
    AttributesApi,
    MergesApi,
    TimelineApi,
    TimelineReactions,
    PrivacyApi,
    PrivacyReactions,
    ConsentReactions,
    ImportsApi,
    SegmentsApi,
    ResolutionReactions,
    LeadsApi,
    LeadHoldingApi,
    JudgingApi,
    JudgingRightsApi,
    AssignmentApi,
    RepsApi,
    ScoringApi,
    ServiceLevelsApi,
    HolidaysApi,
    ClocksApi,
    RequestsApi,
    SummaryApi,
    PoolsApi,
    ReassignmentsApi,
    HandoverApi,
    LeadReactions,
    FilesApi,
    SubmissionReactions,
):
    """Customers and contacts, imports, segments, and leads until a rep has them."""

    name = "lead"
    Settings = LeadSettings
    file_readers = FILE_READERS
