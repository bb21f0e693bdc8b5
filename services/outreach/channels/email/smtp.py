"""Handing mails to the mail server over a few sessions that stay open, all driven by one thread.

A session that breaks takes only the mails with it of which nobody knows; those that surely did not
leave go out over another one.
"""

import contextlib
import queue
import selectors
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Sequence

import structlog

from chassis.logs import get_logger
from chassis.metrics import counter
from services.outreach.channels.channel import Answer, Message
from services.outreach.channels.email.conversation import Conversation
from services.outreach.channels.email.replies import Gibberish
from services.outreach.channels.email.server import Opened, Server

log: structlog.stdlib.BoundLogger = get_logger(__name__)

RECEIVED_AT_ONCE = 65_536
TLS_RECORD = 16_384
LOOK_SECONDS = 0.25
REFUSED_SECONDS = 5.0
"""How long to do with the sessions there are when the server would not open another."""

_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)

sessions = counter(
    "outreach_smtp_sessions_total",
    "Sessions with the mail server: opened, not opened (failed), and broken off (lost).",
    ("outcome",),
    starts=[("opened",), ("failed",), ("lost",)],
)


class _Line:
    """One session and its socket."""

    def __init__(self, transport: socket.socket, conversation: Conversation) -> None:
        self.transport = transport
        self.conversation = conversation
        self.tls = isinstance(transport, ssl.SSLSocket)
        self.heard = time.monotonic()
        self.watches = selectors.EVENT_READ

    def write(self) -> bool:
        """Write what the socket takes. Whether all is gone. Raises OSError."""
        conversation = self.conversation
        while data := conversation.outgoing():
            piece = data[:TLS_RECORD] if self.tls else data
            try:
                conversation.sent(self.transport.send(piece))
            except _NOT_NOW:
                if self.tls:
                    conversation.perhaps_sent(len(piece))
                return False
        return True

    def read(self) -> bytes | None:
        """What has come; None when nothing has. Raises OSError, also when the server hung up."""
        try:
            data = self.transport.recv(RECEIVED_AT_ONCE)
        except _NOT_NOW:
            return None
        if not data:
            raise ConnectionResetError("the mail server hung up")
        return data

    @property
    def more(self) -> bool:
        """Whether more has come that no selector shows."""
        return isinstance(self.transport, ssl.SSLSocket) and self.transport.pending() > 0


class SmtpPool:
    """See ``Stream``."""

    def __init__(self, server: Server, *, connections: int) -> None:
        self._server = server
        self._connections = connections
        self._waiting: deque[Message] = deque()
        self._found: list[Answer] = []
        self._lines: set[_Line] = set()
        self._opening = 0
        self._opened: queue.SimpleQueue[Opened | OSError] = queue.SimpleQueue()
        self._not_before = self._look_at = 0.0
        self._selector = selectors.DefaultSelector()
        self._bell, self._hammer = socket.socketpair()
        for end in (self._bell, self._hammer):
            end.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ, None)
        self.in_hand = 0

    def accept(self, messages: Sequence[Message]) -> None:
        """See ``Stream``."""
        self._waiting.extend(messages)
        self.in_hand += len(messages)
        if not self._lines:
            self._not_before = 0.0
        self._share_out()

    def answers(self, *, patience: float) -> list[Answer]:
        """See ``Stream``."""
        if self._found:
            patience = 0.0
        self._open_more()
        for key, mask in self._selector.select(min(patience, LOOK_SECONDS)):
            if key.data is None:
                self._answer_bell()
            else:
                self._attend(key.data, mask)
        self._look_around()
        found, self._found = self._found, []
        self.in_hand -= len(found)
        return found

    def take_back(self) -> list[Message]:
        """See ``Stream``."""
        messages = list(self._waiting)
        self._waiting.clear()
        self.in_hand -= len(messages)
        return messages

    def wake(self) -> None:
        """See ``Stream``."""
        with contextlib.suppress(BlockingIOError):
            self._hammer.send(b".")

    def close(self) -> None:
        """Say goodbye on every session, without waiting for an answer."""
        for line in list(self._lines):
            with contextlib.suppress(OSError):
                line.transport.send(b"QUIT\r\n")
            self._forget(line)

    def _supply(self) -> Message | None:
        return self._waiting.popleft() if self._waiting else None

    def _share_out(self) -> None:
        """Give what waits to the sessions that can begin something."""
        for line in list(self._lines):
            if not self._waiting:
                return
            if line.conversation.ready:
                if not line.conversation.busy:
                    line.heard = time.monotonic()
                self._found += line.conversation.begin()
                self._write(line)

    def _attend(self, line: _Line, mask: int) -> None:
        try:
            if mask & selectors.EVENT_READ:
                while (data := line.read()) is not None:
                    line.heard = time.monotonic()
                    self._found += line.conversation.receive(data)
                    if not line.more:
                        break
        except (OSError, Gibberish) as error:
            self._lose(line, str(error) or type(error).__name__)
            return
        if line.conversation.closing:
            self._lose(line, "the mail server ended the session")
            return
        self._write(line)

    def _write(self, line: _Line) -> None:
        try:
            done = line.write()
        except OSError as error:
            self._lose(line, str(error) or type(error).__name__)
            return
        watches = selectors.EVENT_READ if done else selectors.EVENT_READ | selectors.EVENT_WRITE
        if watches != line.watches:
            line.watches = watches
            self._selector.modify(line.transport, watches, line)

    def _lose(self, line: _Line, why: str) -> None:
        losses = line.conversation.lost(why)
        self._forget(line)
        self._found += losses.answers
        self._waiting.extendleft(reversed(losses.unsent))
        sessions.labels(outcome="lost").inc()
        log.info("mail_session_lost", reason=why, unsent=len(losses.unsent), answers=len(losses.answers))

    def _forget(self, line: _Line) -> None:
        self._lines.discard(line)
        self._selector.unregister(line.transport)
        line.transport.close()

    def _open_more(self) -> None:
        """Open sessions for what waits, as many as may be."""
        if not self._waiting or time.monotonic() < self._not_before:
            return
        missing = min(self._connections - len(self._lines), len(self._waiting)) - self._opening
        for _ in range(missing):
            self._opening += 1
            threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        """Runs in a thread of its own."""
        try:
            self._opened.put(self._server.open())
        except OSError as error:
            self._opened.put(error)
        self.wake()

    def _answer_bell(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._bell.recv(RECEIVED_AT_ONCE):
                pass
        while True:
            try:
                opened = self._opened.get_nowait()
            except queue.Empty:
                return
            self._opening -= 1
            if isinstance(opened, Opened):
                self._welcome(opened)
            else:
                self._do_without(opened)

    def _welcome(self, opened: Opened) -> None:
        conversation = Conversation(opened.offered, supply=self._supply)
        line = _Line(opened.transport, conversation)
        self._lines.add(line)
        self._selector.register(line.transport, line.watches, line)
        sessions.labels(outcome="opened").inc()
        self._share_out()

    def _do_without(self, error: OSError) -> None:
        """The server could not be reached, or would not. Without any session nothing goes out now."""
        reason = str(error) or type(error).__name__
        sessions.labels(outcome="failed").inc()
        log.warning("mail_server_unreachable", reason=reason)
        self._not_before = time.monotonic() + REFUSED_SECONDS
        if not self._lines and not self._opening:
            why = f"no session with the mail server: {reason}"
            self._found += [Answer(one.delivery_id, "unreached", why) for one in self._waiting]
            self._waiting.clear()

    def _look_around(self) -> None:
        """Give up sessions that stand still."""
        moment = time.monotonic()
        if moment < self._look_at:
            return
        self._look_at = moment + LOOK_SECONDS
        for line in list(self._lines):
            if line.conversation.busy and moment - line.heard > self._server.seconds:
                self._lose(line, f"the mail server was silent for {self._server.seconds:g} s")
