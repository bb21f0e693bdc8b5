"""The worker that wakes the leads whose rest is over.

It looks at due leads only, by an index of just those that rest until a date. The locks on them during the
step are all the lease it needs, and several wakers pass each other's by.
"""

from datetime import datetime

from sqlalchemy import Select, select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.logs import get_logger
from chassis.metrics import counter
from services.lead.leads.capture import wake_up
from services.lead.leads.model import Lead
from services.lead.leads.states import State
from services.lead.settings import LeadSettings

log = get_logger(__name__)

woken_total = counter("leads_woken_total", "Leads that were laid aside and whose date has come.")


class Waker:
    """Wakes due leads a batch at a time, the one that waits longest first."""

    name = "waker"

    def __init__(self, settings: LeadSettings, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.actor = Actor.system("lead")

    def step(self) -> bool:
        """Wake a batch. True when some were due."""
        at = now()
        due = _due(at).limit(self.settings.wake_batch)
        with self.database.reading(self.actor) as session:
            # An idle worker must not take SQLite's only write lock several times a second.
            if session.scalar(due.limit(1)) is None:
                return False
        with self.database.transaction(self.actor) as session:
            leads = session.scalars(due.with_for_update(skip_locked=True)).all()
            for lead in leads:
                wake_up(session, self.actor, lead, why="its date has come", at=at)
        woken_total.inc(len(leads))
        log.info("leads_woken", leads=len(leads))
        return bool(leads)


def _due(at: datetime) -> Select[Lead]:
    return (
        select(Lead)
        .where(Lead.wake_at.is_not(None), Lead.wake_at <= at, Lead.state == State.NURTURED)
        .order_by(Lead.wake_at, Lead.id)
    )
