"""A session with an SMS centre: what was handed to it, what it answered, and what nobody knows.

One thread drives a session. Bytes go out as the socket takes them, so that when it breaks, a part whose
last byte was not taken surely did not arrive, and one without an answer may have.
"""

import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from smpplib import smpp

from services.outreach.channels.sms import pdu
from services.outreach.channels.sms.copy import Copy
from services.outreach.channels.sms.pdu import Address, Pdu
from services.outreach.channels.sms.statuses import TAKEN, UNKNOWN_COMMAND, UNKNOWN_ERROR, words

VERSION: Final = 0x34
LAST_SEQUENCE: Final = 0x7FFFFFFF
LONGEST_SYSTEM_ID: Final = 15
LONGEST_PASSWORD: Final = 8
CHUNK: Final = 256 * 1024
CONNECT_SECONDS: Final = 10.0
GOODBYE_SECONDS: Final = 2.0
_QUICK_ACK: Final[int | None] = getattr(socket, "TCP_QUICKACK", None)


class NoSession(OSError):
    """The SMS centre does not let us in, or the session has ended; the text says why."""


@dataclass(frozen=True)
class Centre:
    """Where an SMS centre is, and who we are there. ``seconds`` is the longest wait for an answer."""

    host: str
    port: int
    tls: bool
    system_id: str
    password: str
    system_type: str
    address_range: str
    seconds: float

    @classmethod
    def at(cls, url: str, *, seconds: float) -> "Centre":
        """``smpp://system_id:password@host:port?system_type=…&address_range=…``, or ``smpps://`` for TLS.

        Raises ValueError for another scheme or an unknown option.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"smpp", "smpps"} or not parts.hostname:
            raise ValueError("the SMS centre's URL must be smpp://host:port or smpps://host:port")
        system_id, password = unquote(parts.username or ""), unquote(parts.password or "")
        if len(system_id) > LONGEST_SYSTEM_ID or len(password) > LONGEST_PASSWORD:
            raise ValueError("SMPP allows 15 characters of system_id and 8 of password")
        options = dict(parse_qsl(parts.query))
        system_type, address_range = options.pop("system_type", ""), options.pop("address_range", "")
        if options:
            raise ValueError(f"the SMS centre's URL has an unknown option {next(iter(options))}")
        return cls(
            host=parts.hostname,
            port=parts.port or (3550 if parts.scheme == "smpps" else 2775),
            tls=parts.scheme == "smpps",
            system_id=system_id,
            password=password,
            system_type=system_type,
            address_range=address_range,
            seconds=seconds,
        )


@dataclass(slots=True)
class Open:
    """A part that was written, or is being: its last byte is the ``end``-th of the session."""

    copy: Copy
    part: int
    end: int
    until: float


@dataclass
class Heard:
    """What one reading brought: answers to our parts, and what the SMS centre delivers."""

    answers: list[tuple[Open, int, str]] = field(default_factory=list)
    deliveries: list[Pdu] = field(default_factory=list)


class Session:
    """Bound as a transceiver once it is made. Raises NoSession, and OSError."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._sequence = 0
        self._out = bytearray()
        self._in = bytearray()
        self._queued = 0
        self._handed = 0
        self._open: dict[int, Open] = {}
        self._asked = 0.0
        self.ending = False
        self.socket = _connected(centre)
        try:
            self._bind()
        except OSError:
            self.socket.close()
            raise
        self.heard_at = time.monotonic()
        self.socket.setblocking(False)

    @property
    def open(self) -> int:
        """How many parts have no answer yet."""
        return len(self._open)

    @property
    def has_output(self) -> bool:
        return bool(self._out)

    def submit(self, copy: Copy, *, now: float) -> None:
        """Write the next part of a copy as soon as the socket takes it."""
        part = copy.opened(now)
        sequence = self._next()
        self._put(pdu.header(pdu.SUBMIT_SM, sequence, body=copy.bodies[part]))
        self._open[sequence] = Open(copy, part, self._queued, now + self._centre.seconds)

    def respond(self, sequence: int, status: int) -> None:
        """Answer a deliver_sm."""
        body = b"" if status else b"\0"
        self._put(pdu.header(pdu.DELIVER_SM_RESP, sequence, status=status, body=body))

    def send(self) -> None:
        """Write what the socket takes now. Raises OSError."""
        if self._centre.tls:
            # A record that TLS has once begun counts as gone, whatever the socket says of it.
            self._handed = self._queued
        try:
            taken = self.socket.send(self._out)
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return
        self._handed = max(self._handed, self._queued - len(self._out) + taken)
        del self._out[:taken]

    def receive(self) -> Heard:
        """Read what is there and react to what concerns the session. Raises OSError, pdu.Malformed."""
        try:
            data = self.socket.recv(CHUNK)
            if _QUICK_ACK is not None:
                # Else a centre that waits for our acknowledgement (Nagle) waits 40 ms at a window's end.
                self.socket.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
            while data and isinstance(self.socket, ssl.SSLSocket) and self.socket.pending():
                data += self.socket.recv(CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError):
            return Heard()
        if not data:
            raise NoSession("the SMS centre closed the connection")
        self._in += data
        self.heard_at, self._asked = time.monotonic(), 0.0
        heard = Heard()
        for one in pdu.take(self._in):
            self._react(one, heard)
        return heard

    def check(self, *, now: float, quiet_seconds: float) -> None:
        """Ask after a session that has been quiet. Raises NoSession where an answer is overdue."""
        oldest = next(iter(self._open.values()), None)
        if oldest is not None and now > oldest.until:
            raise NoSession(f"no answer within {self._centre.seconds:.0f} s")
        if self._asked and now > self._asked + self._centre.seconds:
            raise NoSession("the SMS centre does not answer enquire_link")
        if not self._asked and now > self.heard_at + quiet_seconds:
            self._asked = now
            self._put(pdu.header(pdu.ENQUIRE_LINK, self._next()))

    def broke(self) -> list[Copy]:
        """Close, and tell each copy what became of its open parts. Returns these copies."""
        self.socket.close()
        concerned = []
        for one in reversed(self._open.values()):
            if one.end > self._handed:
                one.copy.unwritten(one.part)
            else:
                one.copy.lost()
            concerned.append(one.copy)
        self._open.clear()
        return list(dict.fromkeys(reversed(concerned)))

    def leave(self) -> None:
        """Say goodbye as the protocol wants it, and close."""
        try:
            self.socket.settimeout(GOODBYE_SECONDS)
            self.socket.sendall(bytes(self._out) + pdu.header(pdu.UNBIND, self._next()))
            deadline = time.monotonic() + GOODBYE_SECONDS
            while time.monotonic() < deadline and (data := self.socket.recv(CHUNK)):
                self._in += data
                if any(one.command == pdu.UNBIND_RESP for one in pdu.take(self._in)):
                    break
        except (OSError, pdu.Malformed):
            pass
        self.socket.close()

    def _react(self, one: Pdu, heard: Heard) -> None:
        if one.command in {pdu.SUBMIT_SM_RESP, pdu.GENERIC_NACK}:
            waiting = self._open.pop(one.sequence, None)
            if waiting is not None:
                status = one.status or (UNKNOWN_ERROR if one.command == pdu.GENERIC_NACK else TAKEN)
                heard.answers.append((waiting, status, pdu.message_id(one.body)))
        elif one.command == pdu.DELIVER_SM:
            heard.deliveries.append(one)
        elif one.command == pdu.ENQUIRE_LINK:
            self._put(pdu.header(pdu.ENQUIRE_LINK_RESP, one.sequence))
        elif one.command == pdu.UNBIND:
            self.ending = True
            self._put(pdu.header(pdu.UNBIND_RESP, one.sequence))
        elif not one.command & pdu.RESPONSE:
            self._put(pdu.header(pdu.GENERIC_NACK, one.sequence, status=UNKNOWN_COMMAND))

    def _bind(self) -> None:
        centre = self._centre
        request = smpp.make_pdu(
            "bind_transceiver",
            need_sequence=False,
            system_id=centre.system_id,
            password=centre.password,
            system_type=centre.system_type,
            address_range=centre.address_range,
            interface_version=VERSION,
        )
        request.sequence = self._next()
        self.socket.settimeout(centre.seconds)
        self.socket.sendall(request.generate())
        try:
            answer = self._read_one()
            while answer.sequence != self._sequence or not answer.command & pdu.RESPONSE:
                answer = self._read_one()
        except pdu.Malformed as error:
            raise NoSession(f"the SMS centre answered the bind with {error}") from error
        if answer.status:
            raise NoSession(f"bind refused: {words(answer.status)}")

    def _read_one(self) -> Pdu:
        """The next PDU and not a byte more, so that nothing behind it is lost."""
        while not (found := pdu.take(self._in)):
            missing = int.from_bytes(self._in[:4], "big") - len(self._in) if len(self._in) >= 16 else 0
            data = self.socket.recv(missing if missing > 0 else 16 - len(self._in))
            if not data:
                raise NoSession("the SMS centre closed the connection while binding")
            self._in += data
        return found[0]

    def _put(self, octets: bytes) -> None:
        self._out += octets
        self._queued += len(octets)

    def _next(self) -> int:
        self._sequence = self._sequence % LAST_SEQUENCE + 1
        return self._sequence


def source_address(text: str) -> Address:
    """A sender id: an international number with its plus, a short code, or letters and digits.

    Raises ValueError where it is none of these.
    """
    digits = text.removeprefix("+")
    if digits.isascii() and digits.isdigit():
        if text.startswith("+") and 7 <= len(digits) <= 15:
            return Address(1, 1, digits)
        if not text.startswith("+") and 3 <= len(digits) <= 8:
            return Address(3, 0, digits)
    elif 1 <= len(text) <= 11 and text.isascii() and text.isprintable():
        return Address(5, 0, text)
    raise ValueError(f"{text!r} is no sender id: +number, a short code, or up to 11 letters and digits")


def _connected(centre: Centre) -> socket.socket:
    plain = socket.create_connection((centre.host, centre.port), timeout=min(CONNECT_SECONDS, centre.seconds))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not centre.tls:
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=centre.host)
    except OSError:
        plain.close()
        raise
