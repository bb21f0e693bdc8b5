"""The worker that sorts mails that came in. A mail that breaks the reading is set aside; the others go on.

Each try is counted before the mail is read, so that a mail that ends the process itself is set aside
too, after some tries.
"""

import time

from chassis.auth import Actor
from chassis.database import Database
from chassis.logs import get_logger
from chassis.metrics import gauge
from services.outreach.hearing import actions, queries
from services.outreach.hearing.actions import Held
from services.outreach.hearing.model import DONE, STATES, InboundBody
from services.outreach.hearing.reading import Unreadable, understand
from services.outreach.settings import OutreachSettings

log = get_logger(__name__)

BATCH = 20
TRIES = 5
LOOK_SECONDS = 30.0
ACTOR = Actor.system("outreach")

open_mails = gauge(
    "outreach_inbound_open",
    "Mails that came in and are not done, by state.",
    ("state",),
    starts=[(state,) for state in STATES if state != DONE],
)


class MailSorter:
    """Sorts what waits, a batch a step."""

    name = "mail-sorter"

    def __init__(self, settings: OutreachSettings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._look_at = 0.0

    def step(self) -> bool:
        """Sort some mails. True when there were any."""
        self._look()
        with self._database.reading(ACTOR) as session:
            # An idle worker must not take SQLite's only write lock several times a second.
            if not queries.any_waiting(session):
                return False
        with self._database.transaction(ACTOR) as session:
            held = actions.hold(session, size=BATCH, seconds=self._settings.lease_seconds)
        for one in held:
            self._sort(one)
        return bool(held)

    def _sort(self, held: Held) -> None:
        if held.tries > TRIES:
            self._set_aside(held, f"the worker ended {TRIES} times while it was sorted")
            return
        with self._database.reading(ACTOR) as session:
            body = session.get(InboundBody, held.id)
        try:
            mail, reading = understand(body.raw if body else b"", sender=held.sender)
        except Unreadable as error:
            self._set_aside(held, str(error))
            return
        with self._database.transaction(ACTOR) as session:
            actions.settle(session, ACTOR, held, mail=mail, reading=reading, settings=self._settings)

    def _set_aside(self, held: Held, reason: str) -> None:
        log.warning("inbound_mail_set_aside", mail_id=str(held.id), reason=reason)
        with self._database.transaction(ACTOR) as session:
            actions.set_aside(session, held.id, reason=reason)

    def _look(self) -> None:
        """Now and then count what is open, and forget the bodies whose time is over."""
        if time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + LOOK_SECONDS
        with self._database.reading(ACTOR) as session:
            counts = queries.open_mails(session)
        for state, count in counts.items():
            open_mails.labels(state=state).set(count)
        with self._database.transaction(ACTOR) as session:
            forgotten = actions.forget_bodies(session, days=self._settings.inbound_keep_days)
        if forgotten:
            log.info("inbound_bodies_forgotten", mails=forgotten)
