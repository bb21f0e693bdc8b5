"""The worker that makes the months of the archive before they begin. Others are made at need."""

import time

from chassis.database import Database
from services.reporting.archive.partitions import make_ahead

LOOK_SECONDS = 3600.0


class MonthMaker:
    """Looks once an hour; any number of processes may, since they take turns on the archive's head."""

    name = "month-maker"

    def __init__(self, database: Database) -> None:
        self.database = database
        self._next_look = 0.0

    def step(self) -> bool:
        """Make what is missing. True when something was."""
        if time.monotonic() < self._next_look:
            return False
        made = make_ahead(self.database)
        self._next_look = time.monotonic() + LOOK_SECONDS
        return bool(made)
