"""The thread that holds the session with an SMS centre: it binds, submits, listens and counts.

Everything else speaks to it by orders. It keeps a window of parts without an answer; after each bind the
window begins at one and grows with every part that is taken, so that a centre that hangs or cuts costs
few uncertain messages. A centre that throttles is left alone for a while.
"""

import queue
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from chassis.backoff import Backoff
from chassis.logs import get_logger
from chassis.metrics import counter, gauge
from services.outreach.channels.channel import Answer
from services.outreach.channels.sms import pdu
from services.outreach.channels.sms.copy import COMPLETE_SECONDS, Copy
from services.outreach.channels.sms.pdu import Delivered
from services.outreach.channels.sms.session import Centre, Open, Session
from services.outreach.channels.sms.statuses import NEVER, NOT_BOUND, TAKEN, TEMPORARY, THROTTLED, TRY_LATER

log = get_logger(__name__)

TICK_SECONDS: Final = 0.5
WORTHWHILE_SECONDS: Final = 30.0
"""A session that ended before that and took nothing is not followed by another at once."""

MOST_UNKEPT: Final = 5000
"""Deliveries that may wait to be kept; what comes beyond is asked to come again."""

_OUTCOMES = ("taken", "refused", "deferred", "lost")
parts = counter(
    "outreach_smpp_parts_total",
    "Parts of SMS that were submitted, by outcome: taken, refused, deferred, lost (no answer).",
    ("outcome",),
    starts=[(one,) for one in _OUTCOMES],
)
bound = gauge("outreach_smpp_bound", "Sessions with an SMS centre that this process holds.")
_count = {outcome: parts.labels(outcome=outcome) for outcome in _OUTCOMES}


@dataclass(frozen=True, slots=True)
class Received:
    """A delivery of the SMS centre that waits to be kept, and then to be answered in its session."""

    session: Session
    sequence: int
    delivered: Delivered


Order = Callable[[], None]


class Line:
    """Adds each copy's answer to ``answers`` and sets ``news``.

    ``keep`` takes what is delivered, and calls ``respond`` once it is durable.
    """

    def __init__(
        self,
        centre: Centre,
        *,
        window: int,
        quiet_seconds: float,
        keep: Callable[[list[Received]], None],
        answers: deque[Answer],
        news: threading.Event,
    ) -> None:
        self._centre = centre
        self._most = window
        self._quiet_seconds = quiet_seconds
        self._keep = keep
        self._answers = answers
        self._news = news
        self._orders: deque[Order] = deque()
        self._bell, self._ear = socket.socketpair()
        self._ear.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._ear, selectors.EVENT_READ)
        self._session: Session | None = None
        self._writing = False
        self._window = 1.0
        self._queue: deque[Copy] = deque()
        self._copies: set[Copy] = set()
        self._unkept = 0
        self._connecting = Backoff(base=0.5, cap=30.0)
        self._connect_at = 0.0
        self._why = ""
        self._worth = 0.0
        self._throttling = Backoff(base=0.25, cap=10.0)
        self._held_until = 0.0
        self._listening = False
        self._leaving = False
        self._thread = threading.Thread(target=self._run, name="smpp", daemon=True)

    def start(self) -> None:
        """Begin to bind, submit and listen."""
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether the thread has come to its end."""
        return self._thread.ident is not None and not self._thread.is_alive()

    def listen(self) -> None:
        """Keep a session from now on, also while there is nothing to send."""
        self._order(lambda: setattr(self, "_listening", True))

    def send(self, copies: Sequence[Copy]) -> None:
        """Submit copies, in their order."""
        self._order(lambda: self._accept(copies))

    def take_back(self, *, seconds: float) -> list[Copy]:
        """The copies of which nothing was written; they get no answer. Waits so long for the thread."""
        found: queue.SimpleQueue[list[Copy]] = queue.SimpleQueue()
        self._order(lambda: found.put(self._untouched()))
        try:
            return found.get(timeout=seconds)
        except queue.Empty:
            return []

    def respond(self, received: Iterable[Received], status: int) -> None:
        """Answer deliveries, those of a session that has ended excepted."""
        self._order(lambda: self._respond(received, status))

    def close(self, *, seconds: float) -> None:
        """Unbind and end the thread."""
        self._order(lambda: setattr(self, "_leaving", True))
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def _order(self, order: Order) -> None:
        self._orders.append(order)
        try:
            self._bell.send(b"!")
        except BlockingIOError:
            return

    def _run(self) -> None:
        try:
            while not self._leaving:
                self._obey()
                if self._session is None and (self._queue or self._listening):
                    self._connect()
                try:
                    self._fill()
                    self._turn()
                except (OSError, pdu.Malformed) as error:
                    self._drop(str(error) or type(error).__name__)
            if self._session is not None:
                self._session.leave()
        finally:
            self._drop("the sender is stopping")
            self._obey()
            self._give_up(list(self._copies), "the sender is stopping")
            self._news.set()

    def _obey(self) -> None:
        while self._orders:
            self._orders.popleft()()

    def _accept(self, copies: Sequence[Copy]) -> None:
        self._copies.update(copies)
        self._queue.extend(copies)

    def _untouched(self) -> list[Copy]:
        found = [copy for copy in self._queue if not copy.begun]
        self._queue = deque(copy for copy in self._queue if copy.begun)
        self._copies.difference_update(found)
        return found

    def _connect(self) -> None:
        if time.monotonic() >= self._connect_at:
            try:
                self._session = Session(self._centre)
            except OSError as error:
                seconds = self._connecting.next()
                self._connect_at = time.monotonic() + seconds
                self._why = f"no session with the SMS centre: {error}"
                log.warning("smpp_unreachable", reason=str(error), seconds=round(seconds, 1))
            else:
                self._worth = time.monotonic() + WORTHWHILE_SECONDS
                self._window, self._held_until, self._writing = 1.0, 0.0, False
                self._selector.register(self._session.socket, selectors.EVENT_READ)
                bound.set(1)
                log.info("smpp_bound", host=self._centre.host, port=self._centre.port)
        if self._session is None:
            self._give_up(list(self._copies), self._why)

    def _fill(self) -> None:
        session, now = self._session, time.monotonic()
        if session is None or session.ending or now < self._held_until:
            return
        while self._queue and session.open < self._window:
            copy = self._queue[0]
            if copy.may_be_written:
                session.submit(copy, now=now)
            if not copy.may_be_written:
                self._queue.popleft()

    def _turn(self) -> None:
        """Write, wait for something to happen, and read."""
        if self._answers:
            self._news.set()
        session = self._session
        if session is not None:
            if session.has_output:
                session.send()
            if session.has_output != self._writing:
                self._writing = session.has_output
                writing = selectors.EVENT_WRITE if self._writing else 0
                self._selector.modify(session.socket, selectors.EVENT_READ | writing)
        for key, events in self._selector.select(self._patience()):
            if key.fileobj is self._ear:
                self._ear.recv(4096)
            elif session is not None and events & selectors.EVENT_READ:
                self._hear(session)
        if session is not None:
            session.check(now=time.monotonic(), quiet_seconds=self._quiet_seconds)
            if session.ending and not session.open and not session.has_output:
                self._drop("the SMS centre said goodbye")

    def _patience(self) -> float:
        if self._orders:
            return 0.0
        held = self._held_until - time.monotonic()
        return min(TICK_SECONDS, held) if held > 0 and self._queue else TICK_SECONDS

    def _hear(self, session: Session) -> None:
        heard = session.receive()
        for part, status, message_id in heard.answers:
            self._answered(part, status, message_id)
        if any(status == NOT_BOUND for _, status, _ in heard.answers):
            raise OSError("the SMS centre says that we are not bound")
        received = []
        for one in heard.deliveries:
            try:
                received.append(Received(session, one.sequence, pdu.delivered(one.body)))
            except pdu.Malformed as error:
                log.warning("smpp_delivery_malformed", reason=str(error))
                session.respond(one.sequence, NEVER)
        if received and self._unkept > MOST_UNKEPT:
            self._respond(received, TRY_LATER, kept=False)
        elif received:
            self._unkept += len(received)
            self._keep(received)

    def _answered(self, part: Open, status: int, message_id: str) -> None:
        copy = part.copy
        if status == NOT_BOUND:
            copy.unwritten(part.part)
            self._settle(copy)
            return
        copy.answered(part.part, status, message_id)
        _count[_outcome(status)].inc()
        if status == TAKEN:
            self._window = min(self._most, self._window + 1)
            self._throttling.reset()
            self._connecting.reset()
            self._worth = 0.0
        elif status in THROTTLED:
            self._window = max(1.0, self._window / 2)
            self._held_until = time.monotonic() + self._throttling.next()
        self._settle(copy)

    def _settle(self, copy: Copy) -> None:
        """Report what became of a copy, or queue it again where a part of it can be written."""
        if copy.stale(time.monotonic()):
            copy.give_up(f"not complete after {COMPLETE_SECONDS:.0f} s")
        answer = copy.answer()
        if answer is None:
            if copy.may_be_written and copy not in self._queue:
                self._queue.appendleft(copy)
            return
        self._copies.discard(copy)
        self._answers.append(answer)

    def _give_up(self, copies: Iterable[Copy], why: str) -> None:
        for copy in copies:
            if copy in self._copies:
                copy.give_up(why)
                self._settle(copy)
        self._queue = deque(copy for copy in self._queue if copy.may_be_written)

    def _respond(self, received: Iterable[Received], status: int, *, kept: bool = True) -> None:
        for one in received:
            self._unkept -= kept
            if one.session is self._session:
                one.session.respond(one.sequence, status)

    def _drop(self, why: str) -> None:
        session, self._session = self._session, None
        if session is None:
            return
        self._selector.unregister(session.socket)
        bound.set(0)
        if time.monotonic() < self._worth:
            self._connect_at = time.monotonic() + self._connecting.next()
            self._why = f"no session with the SMS centre: {why}"
        lost = session.open
        copies = session.broke()
        _count["lost"].inc(sum(copy.losses for copy in copies))
        for copy in copies:
            self._settle(copy)
        log.warning("smpp_session_lost", reason=why, unanswered=lost)


def _outcome(status: int) -> str:
    if status == TAKEN:
        return "taken"
    return "deferred" if status in TEMPORARY else "refused"
