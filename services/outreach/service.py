"""The outreach service, put together from its slices."""

from chassis.service import Service
from services.outreach.contacts.reactions import ContactReactions
from services.outreach.links.api import LinksApi
from services.outreach.mailings.api import MailingsApi
from services.outreach.mailings.reactions import MailingReactions
from services.outreach.settings import OutreachSettings
from services.outreach.suppressions.api import SuppressionsApi
from services.outreach.templates.api import TemplatesApi


class OutreachService(
    Service,
    TemplatesApi,
    MailingsApi,
    SuppressionsApi,
    LinksApi,
    ContactReactions,
    MailingReactions,
):
    """Owns templates, mailings, deliveries, answers, suppressions and its copy of contact points.

    Publishes about mailings, answers and suppressions. Consumes contacts from lead and waves from
    campaign.
    """

    name = "outreach"
    Settings = OutreachSettings
