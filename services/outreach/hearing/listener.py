"""The SMTP listener for bounces and replies.

A mail is answered with 250 when it has been committed, and not before: whoever handed it over and did
not hear that keeps it and comes again. The listener turns in the worker's own thread, a slice of time
each step; the writing to the database is done by a few threads beside it.
"""

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from chassis.auth import Actor
from chassis.database import LOST_DATABASE, Database
from chassis.logs import get_logger
from chassis.metrics import counter
from services.outreach.hearing.arriving import Arrival, keep
from services.outreach.hearing.door import Door
from services.outreach.hearing.model import SMTP as BY_SMTP
from services.outreach.settings import OutreachSettings

log = get_logger(__name__)

SLICE_SECONDS = 0.5
TALK_SECONDS = 300.0
RETRY_SECONDS = 5.0
WRITERS = 4
MOST_COMMANDS = 200
ACTOR = Actor.system("outreach")

refused = counter(
    "outreach_inbound_refused_total",
    "Recipients and mails that the SMTP listener refused, by reason.",
    ("reason",),
    starts=[("unknown_recipient",), ("too_many_recipients",), ("too_many_connections",), ("database",)],
)

for _name in ("mail.log", "mail.debug"):
    # aiosmtpd would write the addresses of every mail into the log.
    logging.getLogger(_name).setLevel(logging.WARNING)


class _Talk(SMTP):
    """One connection, which never holds more than twice the largest mail."""

    line_length_limit = 256 * 1024

    def __init__(
        self, desk: "_Desk", *, most_bytes: int, ended: Callable[["_Talk"], None], **options: Any
    ) -> None:
        super().__init__(desk, data_size_limit=most_bytes, **options)
        self._ended = ended
        self._heard = 0
        self._most_heard = 2 * most_bytes + self.line_length_limit

    def data_received(self, data: bytes) -> None:
        self._heard += len(data)
        if self._heard > self._most_heard and self.transport is not None:
            cast(asyncio.Transport, self.transport).abort()
            return
        super().data_received(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._ended(self)
        super().connection_lost(error)

    def _set_post_data_state(self) -> None:
        self._heard = 0
        super()._set_post_data_state()  # type: ignore[no-untyped-call]


class _TooMany(asyncio.Protocol):
    """Says goodbye to a connection that is one too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        refused.labels(reason="too_many_connections").inc()
        if isinstance(transport, asyncio.Transport):
            transport.write(b"421 4.3.2 Too many connections\r\n")
            transport.close()


class _Desk:
    """Decides whom mail is taken for, and has it kept. The methods are aiosmtpd's hooks."""

    def __init__(self, settings: OutreachSettings, database: Database) -> None:
        self._door = Door.of(settings.inbound_recipients)
        self._most_recipients = settings.inbound_max_recipients
        self._database = database
        self._threads = ThreadPoolExecutor(WRITERS, thread_name_prefix="mail-listener")
        self.taken = 0

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [line for line in responses if not line[4:].startswith("AUTH")]

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        if not self._door.admits(address):
            refused.labels(reason="unknown_recipient").inc()
            return "550 5.1.1 No such address here"
        if len(envelope.rcpt_tos) >= self._most_recipients:
            refused.labels(reason="too_many_recipients").inc()
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        sender = (envelope.mail_from or "").strip("<>")
        arrival = Arrival(BY_SMTP, content, sender, tuple(envelope.rcpt_tos))
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, self._keep, arrival)
        except LOST_DATABASE as error:
            refused.labels(reason="database").inc()
            log.warning("inbound_mail_waits", cause="database", error=type(error).__name__)
            return "451 4.3.0 Try again later"
        self.taken += 1
        return "250 2.0.0 Kept"

    async def handle_exception(self, error: Exception) -> str:
        log.error("inbound_talk_failed", exc_info=error)
        return "451 4.3.0 Try again later"

    def _keep(self, arrival: Arrival) -> None:
        with self._database.transaction(ACTOR) as session:
            keep(session, [arrival])


class MailListener:
    """Listens on the port of the settings; several processes on one machine share it."""

    name = "mail-listener"

    def __init__(self, settings: OutreachSettings, database: Database) -> None:
        self._settings = settings
        self._desk = _Desk(settings, database)
        self._tls = _tls(settings.inbound_tls_cert, settings.inbound_tls_key)
        self._talks: set[_Talk] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._open_at = 0.0

    def step(self) -> bool:
        """Listen for a moment. True when somebody is talking to us."""
        if self._loop is None and not self._open():
            return False
        before = self._desk.taken
        loop = cast(asyncio.AbstractEventLoop, self._loop)
        loop.run_until_complete(asyncio.sleep(SLICE_SECONDS))
        return bool(self._talks) or self._desk.taken > before

    def _open(self) -> bool:
        if time.monotonic() < self._open_at:
            return False
        host, port = self._settings.inbound_smtp_host, self._settings.inbound_smtp_port or 0
        loop = asyncio.new_event_loop()
        share = True if hasattr(socket, "SO_REUSEPORT") else None
        try:
            server = loop.run_until_complete(
                loop.create_server(lambda: self._talk(loop), host=host, port=port, reuse_port=share)
            )
        except OSError as error:
            loop.close()
            log.error("mail_listener_waits", host=host, port=port, reason=str(error))
            self._open_at = time.monotonic() + RETRY_SECONDS
            return False
        log.info("mail_listener_ready", host=host, port=server.sockets[0].getsockname()[1])
        self._loop = loop
        return True

    def _talk(self, loop: asyncio.AbstractEventLoop) -> asyncio.Protocol:
        if len(self._talks) >= self._settings.inbound_connections:
            return _TooMany()
        talk = _Talk(
            self._desk,
            most_bytes=self._settings.inbound_max_bytes,
            ended=self._talks.discard,
            enable_SMTPUTF8=True,
            hostname=self._settings.bounce_address.rpartition("@")[2],
            ident="ESMTP",
            tls_context=self._tls,
            timeout=TALK_SECONDS,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            command_call_limit=MOST_COMMANDS,
            loop=loop,
        )
        self._talks.add(talk)
        return talk


def _tls(certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context
