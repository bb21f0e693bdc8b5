"""The worker that streams resolutions, some pages a step.

It keeps nothing from step to step, so the lock on the row during the step is all the lease it needs.
"""

from sqlalchemy import select

from chassis.auth import Actor
from chassis.database import Database
from chassis.errors import Invalid
from services.lead.segments.actions import fail_resolution, stream_pages
from services.lead.segments.model import Resolution
from services.lead.settings import LeadSettings


class Resolver:
    """Streams resolutions, oldest first. Pages and checkpoint are one transaction, so none is told twice."""

    name = "resolver"

    def __init__(self, settings: LeadSettings, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.actor = Actor.system("lead")

    def step(self) -> bool:
        """Stream the next pages of one resolution. True when there was one."""
        running = select(Resolution).where(Resolution.state == "running").order_by(Resolution.id).limit(1)
        with self.database.reading(self.actor) as session:
            # An idle worker must not take SQLite's only write lock several times a second.
            if session.scalar(running) is None:
                return False
        with self.database.transaction(self.actor) as session:
            resolution = session.scalar(running.with_for_update(skip_locked=True))
            if resolution is None:
                return False
            try:
                stream_pages(session, resolution)
            except Invalid as error:
                fail_resolution(session, resolution, reason=str(error))
            return True
