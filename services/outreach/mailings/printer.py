"""The printer: leases letters in the order that the post wants, prints them, and stores each batch.

A batch and the endings of its deliveries are committed together. Before that nothing has left the house,
so whatever dies leaves no letter uncertain and none printed twice: its lease runs out, and others print.
While the press is at one batch, the next is taken and written.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from chassis.backoff import Backoff
from chassis.clock import now
from chassis.database import LOST_DATABASE, Database, Session, is_lost
from chassis.logs import get_logger
from chassis.metrics import counter, histogram
from services.outreach.channels.channel import Message
from services.outreach.channels.dm.codes import Codes
from services.outreach.channels.dm.forms import Layout
from services.outreach.channels.dm.press import Press, PressFailed, Printed
from services.outreach.channels.dm.writer import layout_of
from services.outreach.mailings import admission, audience, faults, leases, ledger
from services.outreach.mailings.admission import Terms
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.clerk import ACTOR, UNKNOWN_CONTACT_PAUSE
from services.outreach.mailings.composer import Composer
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.model import ACCEPTED, SENDING
from services.outreach.mailings.outcomes import record
from services.outreach.prints import places
from services.outreach.prints.keeping import tidy
from services.outreach.prints.letter import Letter, Proof, Reader
from services.outreach.prints.storing import store_batch
from services.outreach.settings import OutreachSettings

log = get_logger(__name__)

CHANNEL = "dm"
RUN_SECONDS = 8.0
"""After this time a step takes no more, so that the printer can stop, or turn to another mailing."""

MOST_BYTES = 8 << 20
"""What the letters of one batch may hold together, so that long ones do not make the press swell."""

MAILINGS_REMEMBERED = 16
TIDY_SECONDS = 600.0
IDLE_SECONDS = 30.0
"""A press that had nothing to do for so long is let go."""

batches = counter(
    "outreach_print_batches_total",
    "Batches that were printed, by what became of them: stored, given back since the mailing stands still "
    "or somebody said stop, or lost to another printer.",
    ("outcome",),
    starts=[("stored",), ("given_back",), ("lost",)],
)
duration = histogram(
    "outreach_print_batch_seconds",
    "From the taking of a batch to its storing.",
    buckets=(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0),
)


@dataclass
class _Batch:
    """Letters of one mailing under one lease; those of ``endings`` cannot be written or must not be sent.

    ``failure`` says why the press did not even take them.
    """

    mailing_id: UUID
    lease: UUID
    letters: list[Letter] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    failure: PressFailed | None = None


class Printer:
    """Prints what is due, a few batches a step. Any number may run, in as many processes."""

    name = "printer"

    def __init__(self, settings: OutreachSettings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._press = Press(seconds=settings.print_seconds)
        self._codes = Codes(settings.link_key)
        self._terms = Terms.of(settings, CHANNEL)
        self._lease_seconds = settings.lease_seconds + 3 * settings.print_seconds
        self._composers: dict[UUID, Composer] = {}
        self._tidy_at = self._recover_at = 0.0
        self._idle_since = time.monotonic()

    def step(self) -> bool:
        """Print for a few seconds. Whether there was something to print."""
        self._tidy()
        recovered = self._recover()
        try:
            busy = self._print_for_a_while()
        except BaseException:
            self._press.close()
            raise
        if busy:
            self._idle_since = time.monotonic()
        elif time.monotonic() - self._idle_since > IDLE_SECONDS:
            self._press.close()
        return busy or recovered

    def close(self) -> None:
        """Let the press go."""
        self._press.close()

    def _print_for_a_while(self) -> bool:
        began, busy = time.monotonic(), False
        at_press: _Batch | None = None
        while True:
            coming = self._take() if time.monotonic() - began < RUN_SECONDS else None
            proof = self._proof_of(at_press) if at_press else None
            if coming:
                self._put_in(coming)
            if at_press and proof:
                self._store_surely(at_press, proof)
            if coming is None:
                return busy
            at_press, busy = coming, True

    def _take(self) -> _Batch | None:
        """Lease and write a batch of one of the mailings that have letters due."""
        began = time.monotonic()
        with self._database.reading(ACTOR) as session:
            mailing_id = leases.due_mailing(session, {CHANNEL})
            if mailing_id is None:
                return None
            composer = self._composer(session, mailing_id)
        with self._database.transaction(ACTOR) as session:
            taken = self._lease(session, composer)
        if taken is None:
            return None
        batch, people = taken
        batch.began = began
        self._write(batch, composer, people)
        return batch

    def _lease(self, session: Session, composer: Composer) -> tuple[_Batch, list[Recipient]] | None:
        mailing_id, moment = composer.mailing_id, now()
        leases.take_turns(session, mailing_id)
        ids = places.take(session, mailing_id, size=self._settings.print_batch)
        if not ids:
            return None
        people = audience.among(session, ids, channel=CHANNEL)
        result = composer.sort(people)
        granted = admission.admit(session, mailing_id, result.sendable, at=moment, terms=self._terms)
        later = dict.fromkeys(result.unknown, moment + UNKNOWN_CONTACT_PAUSE) | granted.postponed
        ledger.postpone(session, later)
        lease = leases.open_lease(session, mailing_id, seconds=self._lease_seconds)
        endings = [*result.endings, *granted.endings]
        admitted = {one.delivery_id: one for one in granted.admitted}
        held = leases.hold(session, lease, [*admitted, *(one.delivery_id for one in endings)])
        batch = _Batch(mailing_id, lease, endings=[one for one in endings if one.delivery_id in held])
        return batch, [admitted[one] for one in ids if one in admitted and one in held]

    def _write(self, batch: _Batch, composer: Composer, people: Sequence[Recipient]) -> None:
        """What is too much for one batch, or printed on another form, stays for the next one."""
        size = 0
        for one in people:
            written = composer.write(one)
            if isinstance(written, Message):
                letter = Letter.of(written, self._codes)
                size += len(letter.content)
                if not batch.letters or (
                    size <= MOST_BYTES and letter.slip.form == batch.letters[0].slip.form
                ):
                    batch.letters.append(letter)
            else:
                batch.endings.append(written)

    def _put_in(self, batch: _Batch) -> None:
        if batch.letters:
            try:
                self._press.put_in(self._layout(batch), [letter.copy for letter in batch.letters])
            except PressFailed as failure:
                batch.failure = failure

    def _proof_of(self, batch: _Batch) -> Proof:
        """Wait for the press."""
        if not batch.letters:
            return Proof([])
        result: Printed | PressFailed
        try:
            result = batch.failure or self._press.take_out()
        except PressFailed as failure:
            result = failure
            log.warning("print_failed", mailing_id=str(batch.mailing_id), reason=str(failure))
        reader = Reader(self._press, self._settings.print_pages, beat=lambda: self._renew(batch))
        return reader.read(self._layout(batch), batch.letters, result)

    def _renew(self, batch: _Batch) -> None:
        with self._database.transaction(ACTOR) as session:
            leases.renew(session, batch.lease, seconds=self._lease_seconds)

    def _store_surely(self, batch: _Batch, proof: Proof) -> None:
        """Store, however long the database is away. Said twice it stores once: the lease is gone then."""
        backoff = Backoff()
        while True:
            try:
                with self._database.transaction(ACTOR) as session:
                    outcome, endings = self._store(session, batch, proof)
                break
            except LOST_DATABASE as error:
                if not is_lost(error):
                    raise
                log.warning("print_batch_waits", cause="database", pieces=len(proof.letters))
                backoff.sleep(backoff.next())
        batches.labels(outcome=outcome).inc()
        faults.count(endings)
        seconds = time.monotonic() - batch.began
        duration.observe(seconds)
        log.info(
            f"print_batch_{outcome}",
            mailing_id=str(batch.mailing_id),
            pieces=len(proof.letters),
            failed=len(batch.endings) + len(proof.endings),
            seconds=round(seconds, 2),
        )

    def _store(self, session: Session, batch: _Batch, proof: Proof) -> tuple[str, list[Ending]]:
        """In one transaction: the batch and how its deliveries ended, or nothing of it."""
        state = leases.renew(session, batch.lease, seconds=self._lease_seconds)
        if state is None:
            return "lost", []
        ids = [letter.delivery_id for letter in proof.letters]
        if state != SENDING or (ids and leases.stopped(session, ids, channel=CHANNEL)):
            admission.give_back(session, batch.letters, at=now(), terms=self._terms, channel=CHANNEL)
            leases.close_lease(session, batch.lease)
            return "given_back", []
        endings = [*batch.endings, *proof.endings]
        if proof.printed is not None:
            stored = store_batch(session, batch.mailing_id, letters=proof.letters, printed=proof.printed)
            endings += [
                Ending(one, ACCEPTED, provider_id=f"{stored.id}-{number + 1}")
                for number, one in enumerate(ids)
            ]
        if endings:
            record(session, batch.mailing_id, endings, lease=batch.lease)
        leases.close_lease(session, batch.lease)
        return "stored", endings

    def _layout(self, batch: _Batch) -> Layout:
        return layout_of(self._settings, batch.letters[0].slip.form)

    def _composer(self, session: Session, mailing_id: UUID) -> Composer:
        known = self._composers.get(mailing_id)
        if known is None:
            known = Composer.of(session, mailing_id, self._settings, channels={CHANNEL})
            while len(self._composers) >= MAILINGS_REMEMBERED:
                del self._composers[next(iter(self._composers))]
            self._composers[mailing_id] = known
        return known

    def _recover(self) -> bool:
        """Take over what dead printers held. Whether there was anything."""
        if time.monotonic() < self._recover_at:
            return False
        self._recover_at = time.monotonic() + min(5.0, self._settings.lease_seconds / 4)
        with self._database.transaction(ACTOR) as session:
            return leases.recover(session)

    def _tidy(self) -> None:
        if time.monotonic() >= self._tidy_at:
            self._tidy_at = time.monotonic() + TIDY_SECONDS
            with self._database.transaction(ACTOR) as session:
                tidy(session, keep_days=self._settings.print_keep_days)
