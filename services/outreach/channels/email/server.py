"""The mail server, and how a session with it is opened: greeting, EHLO, TLS and login, one by one.

Opening happens seldom and may take long, so it is done on a blocking socket in a thread of its own;
what comes out of it is a socket that the pool drives.
"""

import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

from services.outreach.channels.email import login
from services.outreach.channels.email.conversation import Extensions
from services.outreach.channels.email.replies import Gibberish, Reply, ReplyReader

_PIECE = 4096


class Unopened(OSError):
    """The server answered, but there will be no session; the text is why."""


@dataclass(frozen=True)
class Opened:
    """An open session. ``transport`` does not block any more."""

    transport: socket.socket
    offered: Extensions


@dataclass(frozen=True)
class Server:
    """Where mails go. ``tls`` from the first byte; else STARTTLS where it is offered.

    ``token``: the password is a bearer token (XOAUTH2). ``seconds`` is the longest wait for an answer.
    """

    host: str
    port: int
    tls: bool
    user: str
    password: str
    seconds: float
    token: bool = False

    @classmethod
    def at(cls, url: str, *, seconds: float) -> "Server":
        """The server of an ``smtp://`` or ``smtps://`` URL, with ``?auth=xoauth2`` for a bearer token.

        Raises ValueError for another scheme.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("the mail server's URL must be smtp://host:port or smtps://host:port")
        tls = parts.scheme == "smtps"
        port = parts.port or (465 if tls else 25)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        token = parse_qs(parts.query).get("auth") == ["xoauth2"]
        return cls(parts.hostname, port, tls, user, password, seconds, token)

    def open(self) -> Opened:
        """An open session, logged in where a user is given.

        The certificate is checked on smtps:// and wherever a password is sent, and without encryption
        a password only goes to private addresses. Raises OSError (ssl.SSLError is one) for a connection
        that fails, Unopened for a server that will not.
        """
        transport: socket.socket = socket.create_connection((self.host, self.port), timeout=self.seconds)
        try:
            transport.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls:
                transport = _verified().wrap_socket(transport, server_hostname=self.host)
            opening = _Opening(transport)
            opening.expect(220)
            offered = opening.hello()
            if not self.tls and "STARTTLS" in offered:
                opening.say(b"STARTTLS", 220)
                context = _verified() if self.user else _unverified()
                transport = context.wrap_socket(transport, server_hostname=self.host)
                opening = _Opening(transport)
                offered = opening.hello()
            if self.user:
                if not isinstance(transport, ssl.SSLSocket) and not _is_near(transport):
                    raise Unopened("the mail server offers no encryption, and the password stays here")
                self._log_in(opening, offered.get("AUTH", ""))
            transport.setblocking(False)
        except (OSError, ValueError) as error:
            transport.close()
            raise error if isinstance(error, OSError) else Unopened(str(error)) from error
        return Opened(transport, Extensions.of(offered))

    def _log_in(self, opening: "_Opening", offered: str) -> None:
        mechanism = login.mechanism(offered, token=self.token)
        reply: Reply | None = None
        for line in login.lines(mechanism, user=self.user, password=self.password):
            if reply is None or reply.code == 334:
                reply = opening.ask(line)
        if reply is None or not reply.positive:
            raise Unopened(f"the mail server refuses the login: {reply.text if reply else ''}")


class _Opening:
    """The conversation before the first mail: one command, one reply."""

    def __init__(self, transport: socket.socket) -> None:
        self._transport = transport
        self._reader = ReplyReader()

    def hello(self) -> dict[str, str]:
        """What the server offers, by keyword in upper case; nothing where it only knows HELO."""
        name = own_name(self._transport)
        reply = self.ask(b"EHLO " + name)
        if reply.positive:
            return _keywords(line.decode("ascii", "replace") for line in reply.lines[1:])
        self.say(b"HELO " + name, 250)
        return {}

    def say(self, line: bytes, code: int) -> None:
        """Say a line that must be answered with ``code``. Raises Unopened."""
        self._transport.sendall(line + b"\r\n")
        self.expect(code)

    def ask(self, line: bytes) -> Reply:
        self._transport.sendall(line + b"\r\n")
        return self._reply()

    def expect(self, code: int) -> None:
        reply = self._reply()
        if reply.code != code:
            raise Unopened(f"the mail server says {reply.text}")

    def _reply(self) -> Reply:
        """The one reply that must come now. More of them, or none, is a wrong server or a wrong man."""
        while True:
            data = self._transport.recv(_PIECE)
            if not data:
                raise Unopened("the mail server hung up")
            try:
                replies = self._reader.feed(data)
            except Gibberish as error:
                raise Unopened(str(error)) from error
            if len(replies) > 1:
                raise Unopened("the mail server answers before it is asked")
            if replies:
                return replies[0]


def own_name(transport: socket.socket) -> bytes:
    """Our name for EHLO: that of this machine where it has a whole one, else its address."""
    name = _machine()
    if "." in name and name.isascii() and not name.startswith("localhost"):
        return name.encode()
    address = str(transport.getsockname()[0])
    return f"[IPv6:{address}]".encode() if ":" in address else f"[{address}]".encode()


@cache
def _machine() -> str:
    return socket.getfqdn()


def _is_near(transport: socket.socket) -> bool:
    return ip_address(transport.getpeername()[0].partition("%")[0]).is_private


def _keywords(lines: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        word, _, rest = line.strip().replace("AUTH=", "AUTH ").partition(" ")
        found[word.upper()] = f"{found[word.upper()]} {rest}" if word.upper() in found else rest
    return found


def _verified() -> ssl.SSLContext:
    return ssl.create_default_context()


def _unverified() -> ssl.SSLContext:
    """Encryption with whoever answers: better than none, as mail servers do among themselves."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
