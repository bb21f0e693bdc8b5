"""The slow work of the lead service: imports, segments, clocks, holidays, due leads, copies to let go."""

from chassis.config import Settings
from chassis.database import Database
from chassis.work import Worker
from services.lead.assignment.overdue import OverdueAccepter
from services.lead.clocks.clockwork import Clockwork
from services.lead.holidays.renewer import HolidayRenewer
from services.lead.imports.importer import Importer
from services.lead.leads.waker import Waker
from services.lead.privacy.keeper import PrivacyKeeper
from services.lead.reassignment.worker import Reassigner
from services.lead.segments.resolver import Resolver
from services.lead.settings import LeadSettings


def importer(settings: LeadSettings, database: Database) -> Importer:
    """The one of files. Who takes it from here knows every table, and an undo looks through all of them."""
    return Importer(settings, database)


def workers(settings: Settings, database: Database) -> list[Worker]:
    """One of each; any number of processes may run them."""
    if not isinstance(settings, LeadSettings):
        raise TypeError("the workers of the lead service need its settings")
    return [
        importer(settings, database),
        Resolver(settings, database),
        Waker(settings, database),
        PrivacyKeeper(settings, database),
        OverdueAccepter(settings, database),
        Reassigner(settings, database),
        Clockwork(settings, database),
        HolidayRenewer(settings, database),
    ]
