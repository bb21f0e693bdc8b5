"""The slow work of the reporting service: rebuilding projections, and making the archive's months ahead."""

from chassis.config import Settings
from chassis.database import Database
from chassis.work import Worker
from services.reporting.archive.monthly import MonthMaker
from services.reporting.rebuilds.builder import Builder


def workers(settings: Settings, database: Database) -> list[Worker]:
    """One of each; any number of processes may run them."""
    return [Builder(database), MonthMaker(database)]
