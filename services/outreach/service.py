"""The outreach service, put together from its slices."""

from chassis.service import Service
from services.outreach.channels.sms.api import InboundSmsApi
from services.outreach.contacts.reactions import ContactReactions
from services.outreach.correspondence.api import CorrespondenceApi
from services.outreach.correspondence.reactions import CorrespondenceReactions
from services.outreach.forms.api import FormsApi, SubmissionsApi
from services.outreach.forms.hosted import HostedForms
from services.outreach.hearing.api import HearingApi
from services.outreach.limits.api import LimitsApi
from services.outreach.links.api import LinksApi
from services.outreach.mailings.api import MailingsApi
from services.outreach.mailings.control_api import MailingControlApi
from services.outreach.mailings.reactions import MailingReactions
from services.outreach.notices.api import NoticesApi
from services.outreach.notices.reactions import NoticeReactions
from services.outreach.opens.api import OpensApi
from services.outreach.preferences.api import PreferencesApi
from services.outreach.prints.api import PrintsApi
from services.outreach.privacy.reactions import PrivacyReactions
from services.outreach.settings import OutreachSettings
from services.outreach.staff.api import StaffApi
from services.outreach.suppressions.api import SuppressionsApi
from services.outreach.templates.api import TemplatesApi
from services.outreach.webhooks.api import WebhooksApi


class OutreachService(
    Service,
    TemplatesApi,
    MailingsApi,
    MailingControlApi,
    LimitsApi,
    SuppressionsApi,
    LinksApi,
    FormsApi,
    SubmissionsApi,
    HostedForms,
    HearingApi,
    OpensApi,
    PreferencesApi,
    WebhooksApi,
    InboundSmsApi,
    PrintsApi,
    StaffApi,
    NoticesApi,
    CorrespondenceApi,
    ContactReactions,
    PrivacyReactions,
    MailingReactions,
    NoticeReactions,
    CorrespondenceReactions,
):
    """Owns templates, mailings, deliveries, limits, answers, suppressions, forms and contact points.

    Publishes about mailings, answers, submissions and suppressions. Consumes contacts from lead,
    waves and campaigns from campaign, and approvals from finance.
    """

    name = "outreach"
    Settings = OutreachSettings
