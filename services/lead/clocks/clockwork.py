"""The worker that begins the clocks of new leads, and takes the steps of clocks that are due.

Both are found by an index of just those, so a step costs what there is to do, however many clocks run. The
locks on the leads and requests during the step are all the lease it needs.
"""

import time

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.metrics import gauge
from services.lead.assignment.giving import Waiting
from services.lead.clocks import queries
from services.lead.clocks.firing import fire
from services.lead.clocks.leads import enrol, unclocked

AT_ONCE = 200
LOOK_SECONDS = 5.0

overdue_seconds = gauge(
    "lead_clock_overdue_seconds",
    "How long the step of a clock that waits longest has been due; 0 where none is.",
)


class Clockwork:
    """Begins and fires, a batch of each a step, and now and then measures how late it is."""

    name = "clockwork"

    def __init__(self, settings: Waiting, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.actor = Actor.system("lead")
        self._next_look = 0.0

    def step(self) -> bool:
        """True when there was something to do."""
        if time.monotonic() >= self._next_look:
            self.look()
        begun, fired = self._begin(), self._fire()
        return begun or fired

    def look(self) -> None:
        """Measure how long the step that waits longest has been due."""
        with self.database.reading(self.actor) as session:
            oldest = queries.oldest_due(session)
        overdue = (now() - oldest).total_seconds() if oldest is not None else 0.0
        overdue_seconds.set(max(0.0, overdue))
        self._next_look = time.monotonic() + LOOK_SECONDS

    def _begin(self) -> bool:
        with self.database.reading(self.actor) as session:
            if session.scalar(unclocked(1)) is None:
                return False
        with self.database.transaction(self.actor) as session:
            leads = session.scalars(unclocked(AT_ONCE).with_for_update(skip_locked=True)).all()
            if leads:
                enrol(session, leads, at=now())
        return bool(leads)

    def _fire(self) -> bool:
        at = now()
        with self.database.reading(self.actor) as session:
            due = session.execute(queries.due(at, limit=AT_ONCE)).all()
        if not due:
            return False
        with self.database.transaction(self.actor) as session:
            return fire(session, self.actor, due, settings=self.settings, at=at) > 0
