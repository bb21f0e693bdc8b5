"""The sender of one channel: takes over what dead senders left, then sends what is due of one mailing.

Any number may run, in as many processes. "Handed over" is committed before the first byte of a copy
leaves, and its answer after it came; whatever dies in between, nobody gets two.
"""

import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from chassis.backoff import Backoff
from chassis.database import Database, Session
from services.outreach.channels.channel import Stream
from services.outreach.mailings import leases
from services.outreach.mailings.admission import Terms
from services.outreach.mailings.clerk import ACTOR, Clerk
from services.outreach.mailings.composer import Composer
from services.outreach.mailings.run import Run
from services.outreach.mailings.verdicts import Patience
from services.outreach.settings import OutreachSettings

MAILINGS_REMEMBERED = 16


class Sender:
    """Sends over one channel what is due, one run a step.

    ``also`` are channels over which nobody can send: their deliveries fail here, with the reason.
    """

    def __init__(
        self,
        settings: OutreachSettings,
        database: Database,
        *,
        channel: str,
        stream: Stream,
        also: Collection[str] = (),
    ) -> None:
        self.name = f"{channel}-sender"
        self._settings = settings
        self._database = database
        self._channel = channel
        self._stream = stream
        self._serves = {channel, *also}
        self._composers: dict[UUID, Composer] = {}
        self._executor = ThreadPoolExecutor(3, thread_name_prefix=f"{channel}-clerk")
        self._recover_at = 0.0
        self._pause_until = 0.0
        self._backoff = Backoff(base=0.5, cap=10.0)

    def step(self) -> bool:
        """Send what is due of one mailing, for a few seconds. Whether there was something to do."""
        recovered = self._recover()
        if time.monotonic() < self._pause_until:
            return recovered
        run = self._next_run()
        if run is None:
            return recovered
        busy = run.go()
        if run.reached:
            self._backoff.reset()
        else:
            self._pause_until = time.monotonic() + self._backoff.next()
        return busy or recovered

    def _recover(self) -> bool:
        if time.monotonic() < self._recover_at:
            return False
        self._recover_at = time.monotonic() + min(5.0, self._settings.lease_seconds / 4)
        recovered = False
        while True:
            with self._database.transaction(ACTOR) as session:
                if not leases.recover(session):
                    return recovered
            recovered = True

    def _next_run(self) -> Run | None:
        with self._database.reading(ACTOR) as session:
            mailing_id = leases.due_mailing(session, self._serves)
            if mailing_id is None:
                return None
            composer = self._composer(session, mailing_id)
        settings = self._settings
        terms = Terms.of(settings, self._channel)
        patience = Patience(composer.started_at, base=settings.send_retry_seconds, limit=settings.send_tries)
        return Run(
            composer,
            self._stream,
            clerk=Clerk(self._database, composer, seconds=settings.lease_seconds, terms=terms),
            executor=self._executor,
            patience=patience,
            batch=settings.send_batch,
            window=settings.send_window,
        )

    def _composer(self, session: Session, mailing_id: UUID) -> Composer:
        known = self._composers.get(mailing_id)
        if known is None:
            known = Composer.of(session, mailing_id, self._settings, channels={self._channel})
            while len(self._composers) >= MAILINGS_REMEMBERED:
                del self._composers[next(iter(self._composers))]
            self._composers[mailing_id] = known
        return known
