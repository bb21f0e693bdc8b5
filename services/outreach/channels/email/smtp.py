"""Handing mails to the mail server over a few connections that stay open.

The moment that counts is the dot that ends DATA: before it has left, the server cannot have the mail.
"""

import queue
import smtplib
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import structlog

from chassis.logs import get_logger
from services.outreach.channels.channel import Answer, Fate, Message

log: structlog.stdlib.BoundLogger = get_logger(__name__)

BATCH_SECONDS = 10.0
"""What a slow server has not taken by then comes back unreached, so that a sender can stop in time."""

_IDLE_SECONDS = 5.0
_BROKEN = (smtplib.SMTPServerDisconnected, OSError)


@dataclass(frozen=True)
class Server:
    """Where mails go. ``tls`` from the first byte; else STARTTLS where it is offered."""

    host: str
    port: int
    tls: bool
    user: str
    password: str
    seconds: float

    @classmethod
    def at(cls, url: str, *, seconds: float) -> "Server":
        """The server of an ``smtp://`` or ``smtps://`` URL. Raises ValueError for another scheme."""
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("the mail server's URL must be smtp://host:port or smtps://host:port")
        tls = parts.scheme == "smtps"
        port = parts.port or (465 if tls else 25)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port, tls, user, password, seconds)

    def connect(self) -> smtplib.SMTP:
        """An open session, logged in where a user is given.

        The certificate is checked on smtps:// and wherever a password is sent. Raises
        smtplib.SMTPException and OSError.
        """
        name = socket.gethostname()
        verified = ssl.create_default_context()
        if self.tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, name, timeout=self.seconds, context=verified
            )
        else:
            connection = smtplib.SMTP(self.host, self.port, name, timeout=self.seconds)
        try:
            connection.ehlo_or_helo_if_needed()
            if not self.tls and connection.has_extn("starttls"):
                connection.starttls(context=verified if self.user else _unverified())
                connection.ehlo()
            if self.user:
                connection.login(self.user, self.password)
        except (smtplib.SMTPException, OSError):
            connection.close()
            raise
        return connection


def _unverified() -> ssl.SSLContext:
    """Encryption with whoever answers: better than none, as mail servers do among themselves."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class SmtpPool:
    """Sends batches over ``connections`` sessions, each driven by a thread of its own."""

    def __init__(self, server: Server, *, connections: int, sender: str) -> None:
        self._lines = [_Line(server, sender) for _ in range(connections)]

    def deliver(self, messages: Sequence[Message], *, patience: float) -> Iterator[list[Answer]]:
        """See ``Transport``."""
        waiting = deque(messages)
        answers: queue.SimpleQueue[Answer | None] = queue.SimpleQueue()
        threads = [
            threading.Thread(target=line.work, args=(waiting, answers), daemon=True)
            for line in self._lines[: len(messages)]
        ]
        for thread in threads:
            thread.start()
        working = len(threads)
        late = time.monotonic() + BATCH_SECONDS
        try:
            while working:
                ready, ended = _gather(answers, working=working, patience=min(patience, BATCH_SECONDS))
                working -= ended
                if time.monotonic() > late:
                    ready += _unreached(waiting, "the mail server is slow")
                yield ready
            yield _unreached(waiting, "no connection to the mail server")
        finally:
            waiting.clear()
            for thread in threads:
                thread.join()

    def close(self) -> None:
        """Say goodbye on every connection."""
        for line in self._lines:
            line.close()


def _unreached(waiting: "deque[Message]", why: str) -> list[Answer]:
    """Take what no thread has taken yet out of the batch."""
    left: list[Answer] = []
    while True:
        try:
            left.append(Answer(waiting.popleft().delivery_id, "unreached", why))
        except IndexError:
            return left


def _gather(
    answers: "queue.SimpleQueue[Answer | None]", *, working: int, patience: float
) -> tuple[list[Answer], int]:
    """The answers up to ``patience`` seconds from now, and how many threads ended meanwhile."""
    ready: list[Answer] = []
    ended = 0
    until = time.monotonic() + patience
    while ended < working:
        try:
            answer = answers.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            break
        if answer is None:
            ended += 1
        else:
            ready.append(answer)
    return ready, ended


class _Line:
    """One connection, opened when it is needed and kept."""

    def __init__(self, server: Server, sender: str) -> None:
        self._server = server
        self._sender = sender
        self._connection: smtplib.SMTP | None = None
        self._used = 0.0

    def work(self, waiting: "deque[Message]", answers: "queue.SimpleQueue[Answer | None]") -> None:
        """Send what waits until nothing does, or until no connection can be had."""
        try:
            while waiting:
                connection = self._open()
                if connection is None:
                    return
                try:
                    message = waiting.popleft()
                except IndexError:
                    return
                answers.put(self._send(connection, message))
        finally:
            answers.put(None)

    def close(self) -> None:
        if self._connection is not None:
            try:
                self._connection.quit()
            except (smtplib.SMTPException, OSError):
                self._connection.close()
            self._connection = None

    def _open(self) -> smtplib.SMTP | None:
        if self._connection is not None and time.monotonic() - self._used > _IDLE_SECONDS:
            try:
                self._connection.noop()
            except _BROKEN:
                self._drop()
        if self._connection is None:
            try:
                self._connection = self._server.connect()
            except (smtplib.SMTPException, OSError) as error:
                log.warning("mail_server_unreachable", reason=str(error))
                return None
        self._used = time.monotonic()
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, connection: smtplib.SMTP, message: Message) -> Answer:
        fate: Fate = "broken"
        try:
            code, words = self._announce(connection, message)
            if code == 354:
                content = message.content.replace(b"\r\n.", b"\r\n..")
                connection.send(content + b".\r\n")
                fate = "uncertain"
                code, words = connection.getreply()
        except (*_BROKEN, smtplib.SMTPException) as error:
            self._drop()
            return Answer(message.delivery_id, fate, str(error)[:500] or type(error).__name__)
        if code == 421 or not 200 <= code < 600:
            self._drop()
        elif fate == "broken":
            self._reset(connection)
        text = f"{code} {words.decode('utf-8', 'replace')}"[:500]
        return Answer(message.delivery_id, _fate_of(code, complete=fate == "uncertain"), text)

    def _announce(self, connection: smtplib.SMTP, message: Message) -> tuple[int, bytes]:
        """The server's answer to the first of MAIL, RCPT and DATA that it does not agree to, or to DATA."""
        for command in (f"MAIL FROM:<{self._sender}>", f"RCPT TO:<{message.address}>"):
            code, words = connection.docmd(command)
            if not 200 <= code < 300:
                return code, words
        return connection.docmd("DATA")

    def _reset(self, connection: smtplib.SMTP) -> None:
        try:
            connection.rset()
        except (*_BROKEN, smtplib.SMTPException):
            self._drop()


def _fate_of(code: int, *, complete: bool) -> Fate:
    if 200 <= code < 300 and complete:
        return "accepted"
    if 500 <= code < 600:
        return "refused"
    if 400 <= code < 500:
        return "deferred"
    return "uncertain" if complete else "broken"
