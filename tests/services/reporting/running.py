"""A running reporting service, as its tests see it."""

from dataclasses import dataclass
from uuid import UUID

from chassis.database import Database
from chassis.envelope import Message
from services.reporting.archive.actions import store
from services.reporting.projections.actions import fold
from services.reporting.totals.counting import count_due
from tests.harness.serving import Client


@dataclass(frozen=True)
class Reporting:
    """The service, its database, and the campaign it has heard of."""

    client: Client
    database: Database
    campaign_id: UUID

    def hear(self, *messages: Message) -> None:
        """Take messages in as the reader of the queue would, and count the campaigns they are about."""
        with self.database.transaction() as session:
            fold(session, store(session, messages))
        count_due(self.database)

    def path(self, rest: str) -> str:
        return f"/campaigns/{self.campaign_id}/{rest}"
