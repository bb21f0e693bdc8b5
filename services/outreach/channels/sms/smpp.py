"""Handing texts to an SMS centre over SMPP 3.4, and keeping what it delivers before it is acknowledged.

A receipt or an answer that was acknowledged exists nowhere else, so it is stored first. What waits is
stored together, in one transaction.
"""

import queue
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from chassis.backoff import Backoff
from chassis.database import LOST_DATABASE, is_lost
from chassis.logs import get_logger
from services.outreach.channels.channel import Answer, Message
from services.outreach.channels.sms import gsm, pdu
from services.outreach.channels.sms.copy import Copy, Tariff
from services.outreach.channels.sms.line import Line, Received
from services.outreach.channels.sms.pdu import Address
from services.outreach.channels.sms.session import CONNECT_SECONDS, Centre
from services.outreach.channels.sms.statuses import NEVER, TAKEN

log = get_logger(__name__)

TAKE_BACK_SECONDS: Final = 2 * CONNECT_SECONDS
"""The line may be busy connecting when it is asked what it has not begun."""

CODINGS: Final = {"gsm7": 0, "ucs2": 8}
"""data_coding of each alphabet; 0 is the SMS centre's default, which is GSM's."""

CLOSING_SECONDS: Final = 5.0

GATHER_SECONDS: Final = 0.05
QUIET_SECONDS: Final = 0.004
MOST_AT_ONCE: Final = 500
"""Deliveries are gathered until there are so many, or so much time has passed, or nothing came for a moment.

The moment is short, because a centre may send the next only when the last was acknowledged.
"""


class Keeper(Protocol):
    """Makes things durable, each call in a transaction of its own."""

    def store(self, received: Sequence[Received]) -> None:
        """Keep what the SMS centre delivered."""
        ...

    def store_parts(self, answers: Sequence[Answer]) -> None:
        """Keep which ids belong to each of these messages, which went in several parts."""
        ...


@dataclass(frozen=True)
class Style:
    """How messages are submitted. With ``payload`` the SMS centre divides long texts, else we do."""

    source: Address
    receipts: bool
    payload: bool

    def bodies(self, message: Message) -> list[bytes]:
        """The submit_sm bodies of a message, one a part."""
        encoding, octets = gsm.encode(message.content.decode())
        parts = gsm.split(encoding, octets)
        as_payload = self.payload and len(parts) > 1
        parts = [octets] if as_payload else parts
        reference = random.randrange(256)
        return [
            pdu.submission(
                source=self.source,
                destination=Address(1, 1, message.address.removeprefix("+")),
                coding=CODINGS[encoding],
                octets=part if len(parts) == 1 else _header(reference, len(parts), number) + part,
                with_header=len(parts) > 1,
                as_payload=as_payload,
                receipt=self.receipts,
            )
            for number, part in enumerate(parts, start=1)
        ]


class SmppTransport:
    """A stream over one session, which also brings receipts and answers. ``inbox`` keeps those."""

    def __init__(
        self,
        centre: Centre,
        *,
        style: Style,
        tariff: Tariff,
        window: int,
        quiet_seconds: float,
        inbox: Keeper,
    ) -> None:
        self._style = style
        self._tariff = tariff
        self._inbox = inbox
        self._received: queue.SimpleQueue[list[Received]] = queue.SimpleQueue()
        self._answers: deque[Answer] = deque()
        self._news = threading.Event()
        self._lines = partial(
            Line,
            centre,
            window=window,
            quiet_seconds=quiet_seconds,
            keep=self._received.put,
            answers=self._answers,
            news=self._news,
        )
        self._line = self._lines()
        self._messages: dict[UUID, Message] = {}
        self.in_hand = 0
        self._starting = threading.Lock()
        self._started = False
        self._keeper = threading.Thread()

    def listen(self) -> None:
        """Keep the session also while there is nothing to send."""
        self._start()
        self._line.listen()

    def accept(self, messages: Sequence[Message]) -> None:
        """See ``Stream``."""
        copies = [Copy(one.delivery_id, self._style.bodies(one), self._tariff) for one in messages]
        self._messages.update(zip((one.delivery_id for one in messages), messages, strict=True))
        self.in_hand += len(copies)
        self._start()
        self._line.send(copies)

    def answers(self, *, patience: float) -> list[Answer]:
        """See ``Stream``."""
        if not self._answers and self._news.wait(patience):
            self._news.clear()
        found = [self._answers.popleft() for _ in range(len(self._answers))]
        for answer in found:
            del self._messages[answer.delivery_id]
        self.in_hand -= len(found)
        if long := [answer for answer in found if " " in answer.provider_id]:
            self._surely(partial(self._inbox.store_parts, long), waiting=len(long))
        return found

    def take_back(self) -> list[Message]:
        """See ``Stream``."""
        found = self._line.take_back(seconds=TAKE_BACK_SECONDS) if self.in_hand else []
        self.in_hand -= len(found)
        return [self._messages.pop(copy.delivery_id) for copy in found]

    def wake(self) -> None:
        """See ``Stream``."""
        self._news.set()

    def close(self) -> None:
        """Unbind. What is acknowledged by then is kept."""
        self._line.close(seconds=CLOSING_SECONDS)

    def _start(self) -> None:
        with self._starting:
            if self._line.ended:
                self._line, self._started = self._lines(), False
            if not self._started:
                self._started = True
                self._line.start()
            if not self._keeper.is_alive():
                self._keeper = threading.Thread(target=self._keep, name="smpp-keeper", daemon=True)
                self._keeper.start()

    def _keep(self) -> None:
        while True:
            received = self._received.get()
            until = time.monotonic() + GATHER_SECONDS
            while len(received) < MOST_AT_ONCE and time.monotonic() < until:
                try:
                    received += self._received.get(timeout=QUIET_SECONDS)
                except queue.Empty:
                    break
            self._keep_surely(received)

    def _keep_surely(self, received: list[Received]) -> None:
        """Store, then acknowledge. What can never be stored is refused, each for itself."""
        try:
            self._surely(partial(self._inbox.store, received), waiting=len(received))
        except SQLAlchemyError:
            if len(received) == 1:
                log.exception("sms_delivery_cannot_be_kept")
                self._line.respond(received, NEVER)
                return
            for one in received:
                self._keep_surely([one])
        else:
            self._line.respond(received, TAKEN)

    def _surely(self, store: Callable[[], None], *, waiting: int) -> None:
        """Store, however long the database is away."""
        backoff = Backoff()
        while True:
            try:
                store()
                return
            except LOST_DATABASE as error:
                if not is_lost(error):
                    raise
                log.warning("sms_waits", cause="database", waiting=waiting)
                backoff.sleep(backoff.next())


def _header(reference: int, total: int, number: int) -> bytes:
    """The user data header that joins the parts of a message on the phone (TS 23.040, 9.2.3.24.1)."""
    return bytes([5, 0, 3, reference, total, number])
