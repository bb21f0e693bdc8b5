"""The slow work of the finance service: reminders and escalations of the approval desk."""

from chassis.config import Settings
from chassis.database import Database
from chassis.work import Worker
from services.finance.approvals.watcher import DeskWatcher
from services.finance.settings import FinanceSettings


def workers(settings: Settings, database: Database) -> list[Worker]:
    """One of each; any number of processes may run them."""
    if not isinstance(settings, FinanceSettings):
        raise TypeError("the workers of the finance service need its settings")
    return [DeskWatcher(database)]
