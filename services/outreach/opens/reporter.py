"""The worker that tells of opens: they come one by one over HTTP, and leave in pages."""

from chassis.auth import Actor
from chassis.database import Database
from services.outreach.opens.actions import report_opens

ACTOR = Actor.system("outreach")


class OpensReporter:
    """Publishes one page a step."""

    name = "opens"

    def __init__(self, database: Database) -> None:
        self._database = database

    def step(self) -> bool:
        """Whether there was anything to tell."""
        with self._database.transaction(ACTOR) as session:
            return report_opens(session)
