"""One run of a sender over one mailing: while some copies are on the wire, the next are written.

The ledger is kept by other threads, since most of that is waiting for the database: one leases the next
deliveries, one takes turns, one settles. Each turn notes what was heard, and hands over what may leave
next. What was handed over and is not noted yet never exceeds the window; that is what a crash leaves
uncertain. What is noted is settled many at once, while turns go on.
"""

import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.logs import get_logger
from services.outreach.channels.channel import Answer, Message, Stream
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.clerk import Clerk, Taken
from services.outreach.mailings.composer import Composer
from services.outreach.mailings.verdicts import Patience, Verdict

log = get_logger(__name__)

RUN_SECONDS = 2.0
"""After this time a run takes no more, so that a sender can stop, or turn to another mailing."""

SLOW_SECONDS = 10.0
"""What a slow server has not begun by then is put back, so that a sender can stop in time."""

SETTLE_SECONDS = 0.5
"""Longest time that what was heard stays a note."""

SETTLE_AT = 900
TAKE_AT_FIRST = 100
WRITTEN_AT_ONCE = 8
LOOK_SECONDS = 0.25


@dataclass
class _Turn:
    """A turn of the ledger that is under way."""

    number: int
    leaving: list[Message]
    heard: list[Verdict]
    held: "Future[set[UUID] | None]"


class Run:
    """``clerk`` keeps the ledger, in the threads of ``executor``.

    ``batch`` is the most that is taken at once, ``window`` the most that is in the air.
    """

    def __init__(
        self,
        composer: Composer,
        stream: Stream,
        *,
        clerk: Clerk,
        executor: Executor,
        patience: Patience,
        batch: int,
        window: int,
    ) -> None:
        self._composer = composer
        self._stream = stream
        self._clerk = clerk
        self._executor = executor
        self._patience = patience
        self._batch = batch
        self._window = window
        self._fresh: deque[Recipient] = deque()
        self._written: deque[Message] = deque()
        self._aside: list[Verdict] = []
        self._heard: list[Verdict] = []
        self._noted: list[Verdict] = []
        self._attempts: dict[UUID, int] = {}
        self._in_air: set[UUID] = set()
        self._unheard: set[UUID] = set()
        """Whose leaving is noted, and no answer."""
        self._taking: Future[Taken] | None = None
        self._turn: _Turn | None = None
        self._turns = self._noted_upto = 0
        self._settling: Future[None] | None = None
        self._began = self._settled_at = self._turned_at = time.monotonic()
        self._sent = 0
        self._dry = False
        self._halted = False
        self.reached = True
        """Whether the other side could be reached, as far as anybody tried."""

    def go(self) -> bool:
        """Send what is due. Whether there was anything."""
        while self._goes_on():
            self._take_more()
            self._write_some()
            self._keep_ledger()
            self._settle()
            self._listen()
            self._collect()
        settled = [*self._noted, *self._aside]
        unsent: list[Recipient | Message] = [*self._fresh, *self._written]
        self._executor.submit(self._clerk.close, settled=settled, unsent=unsent).result()
        return bool(settled or unsent or self._sent)

    def _goes_on(self) -> bool:
        if self._taking or self._turn or self._settling or self._in_air or self._heard:
            return True
        return not self._halted and bool(self._fresh or self._written or not self._dry)

    def _take_more(self) -> None:
        """Lease more when half of a batch is left. A slow server gets little, so that nobody waits leased."""
        lasted = time.monotonic() - self._began
        self._dry = self._dry or lasted > RUN_SECONDS
        if lasted > SLOW_SECONDS:
            self._halt()
        if self._taking or self._dry or self._halted:
            return
        size = min(self._batch, max(TAKE_AT_FIRST, self._sent))
        if len(self._fresh) + len(self._written) <= size // 2:
            self._taking = self._executor.submit(self._clerk.take, size)
            self._taking.add_done_callback(self._wake)

    def _write_some(self) -> None:
        for _ in range(WRITTEN_AT_ONCE):
            if not self._to_write:
                return
            recipient = self._fresh.popleft()
            copy = self._composer.write(recipient)
            if isinstance(copy, Message):
                self._attempts[recipient.delivery_id] = recipient.attempts
                self._written.append(copy)
            else:
                self._aside.append(copy)

    @property
    def _to_write(self) -> bool:
        return bool(self._fresh) and len(self._written) < self._window and not self._halted

    def _keep_ledger(self) -> None:
        """Take a turn when it is worth one."""
        if self._turn is not None:
            return
        room = 0 if self._halted else min(self._window - len(self._in_air), len(self._written))
        many = self._window * 2 // 3
        # A lease is renewed by turns, so there must be one now and then.
        passed = time.monotonic() - self._turned_at
        late = passed > (SETTLE_SECONDS if self._heard else self._clerk.seconds / 4)
        worth = room >= many or len(self._heard) >= many or (late and self._in_air)
        if not worth and (self._in_air or not (room or self._heard)):
            return
        self._turned_at = time.monotonic()
        leaving = [self._written.popleft() for _ in range(room)]
        heard, self._heard = self._heard, []
        self._turns += 1
        ids = [one.delivery_id for one in leaving]
        held = self._executor.submit(self._clerk.turn, self._turns, leaving=ids, heard=heard)
        held.add_done_callback(self._wake)
        self._turn = _Turn(self._turns, leaving, heard, held)

    def _settle(self) -> None:
        """Settle what is noted when there is much of it, or it is late, beside the turns."""
        waiting = len(self._noted) + len(self._aside)
        late = time.monotonic() - self._settled_at > SETTLE_SECONDS
        if self._settling is not None or not (waiting >= SETTLE_AT or (late and waiting)):
            return
        settled = [*self._noted, *self._aside]
        self._noted, self._aside, self._settled_at = [], [], time.monotonic()
        self._settling = self._executor.submit(
            self._clerk.settle, settled, upto=self._noted_upto, unheard=self._unheard.copy()
        )
        self._settling.add_done_callback(self._wake)

    def _listen(self) -> None:
        """Hear what became of copies; wait for something to happen where there is nothing else to do."""
        patience = 0.0 if self._to_write else LOOK_SECONDS
        if self._stream.in_hand:
            answers = self._stream.answers(patience=patience)
            for answer in answers:
                if answer.fate == "unreached":
                    self.reached = False
                self._hear(answer)
            if not self.reached:
                self._halt()
            return
        turn = self._turn and self._turn.held
        awaited: list[Future[Any]] = [one for one in (self._taking, turn, self._settling) if one]
        if awaited and patience:
            wait(awaited, timeout=patience, return_when=FIRST_COMPLETED)

    def _hear(self, answer: Answer) -> None:
        """An answer that comes after others took over the lease says nothing any more."""
        if answer.delivery_id in self._in_air:
            self._in_air.remove(answer.delivery_id)
            attempts = self._attempts.pop(answer.delivery_id)
            self._heard.append(self._patience.verdict(answer, attempts=attempts))

    def _collect(self) -> None:
        """See what the ledger has done meanwhile."""
        if self._taking is not None and self._taking.done():
            taken, self._taking = self._taking.result(), None
            self._fresh.extend(taken.people)
            self._aside += taken.verdicts
            self._dry = self._dry or taken.last
        if self._turn is not None and self._turn.held.done():
            turn, self._turn = self._turn, None
            held = turn.held.result()
            if held is None:
                self._lose()
            else:
                self._noted_upto = turn.number
                self._noted += turn.heard
                self._unheard.difference_update(one.delivery_id for one in turn.heard)
                self._send(turn.leaving, held)
        if self._settling is not None and self._settling.done():
            settling, self._settling = self._settling, None
            settling.result()

    def _send(self, leaving: Sequence[Message], held: set[UUID]) -> None:
        """What is not held any more is of a mailing that stands still, or to somebody who said stop."""
        going = [one for one in leaving if one.delivery_id in held]
        if leaving and not going:
            self._halt()
        self._in_air.update(held)
        self._unheard.update(held)
        self._sent += len(going)
        self._stream.accept(going)

    def _halt(self) -> None:
        """Begin nothing more in this run. What did not begin is put back."""
        if self._halted:
            return
        self._halted = True
        for one in self._stream.take_back():
            self._hear(Answer(one.delivery_id, "unreached", "put back"))

    def _lose(self) -> None:
        """Others took over what the lease held. They have counted what is in the air as uncertain."""
        log.warning("lease_lost", mailing_id=str(self._composer.mailing_id), in_air=len(self._in_air))
        self._halt()
        self._in_air.clear()
        self._unheard.clear()
        self._heard.clear()

    def _wake(self, _: "Future[Any]") -> None:
        self._stream.wake()
