"""Our end of one HTTP/1.1 connection: its limits, and a clean end when a body is left unread."""

import re
import socket
import time
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from eventlet import wsgi

from chassis import problems
from chassis.answer import Answer
from chassis.errors import Malformed

CONNECTION = "fanfare.connection"
WORTH_READING = 1 << 16
"""An unread body up to this size is read and dropped, so that the connection can be kept."""

LINGER_SECONDS = 2.0
LINGER_BYTES = 4 << 20


MOST_HEADERS = 100

_REQUEST = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([^\x00-\x20\x7f]+) (HTTP/\d{1,3}\.\d{1,3})\r?\n")
_VERSIONS = (b"HTTP/1.1", b"HTTP/1.0")
_SLASHES = re.compile(r"^/{2,}")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\x00\r\n]*)\r?\n")
_APART = frozenset({"content-type", "content-length"})
"""Fields that WSGI names without a prefix."""


class Headers:
    """The header fields of a request; names are told apart without regard to case."""

    type = ""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}
        self._headers: list[tuple[str, str]] = []
        """The name under which eventlet looks for all of them."""

    def add(self, name: str, value: str) -> None:
        self._headers.append((name, value))
        self.fields.setdefault(name.lower(), []).append(value)

    def get(self, name: str, default: str | None = None) -> str | None:
        """The first value of a field."""
        values = self.fields.get(name.lower())
        return values[0] if values else default

    def get_all(self, name: str) -> list[str]:
        return self.fields.get(name.lower(), [])


class Connection(wsgi.HttpProtocol):  # type: ignore[misc]
    """Speaks HTTP on one socket. The application finds it in the environ under CONNECTION."""

    rfile: Any
    application: Any
    lingering = False
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)

    def parse_request(self) -> bool:
        """Read the request line and the fields strictly.

        The standard library's reader of fields is one for mails, which drops all after an odd line.
        """
        self.requestline = self.raw_requestline.decode("latin-1").rstrip("\r\n")
        self.close_connection = True
        line = _REQUEST.fullmatch(self.raw_requestline)
        if line is None or line[3] not in _VERSIONS:
            return self._refuse_request_line(line)
        self.command = line[1].decode("ascii")
        # A path with two slashes in front would be taken for an address elsewhere.
        self.path = _SLASHES.sub("/", line[2].decode("latin-1"))
        self.request_version = line[3].decode("ascii")
        self.close_connection = self.request_version == "HTTP/1.0"
        return self._read_fields()

    def _refuse_request_line(self, line: re.Match[bytes] | None) -> bool:
        self.request_version = "HTTP/1.1"
        if line is not None:
            self.send_error(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "Speak HTTP/1.1")
        elif self.requestline:
            self.send_error(HTTPStatus.BAD_REQUEST, "The request line is malformed")
        return False

    def _read_fields(self) -> bool:
        self.headers = Headers()
        readline = self.rfile.readline
        while (line := readline()) not in (b"\r\n", b"\n"):
            field = _FIELD.fullmatch(line)
            if field is None or len(self.headers._headers) >= MOST_HEADERS:
                self.send_error(HTTPStatus.BAD_REQUEST, "A header field is malformed, or there are too many")
                return False
            self.headers.add(field[1].decode("ascii"), field[2].strip(b" \t").decode("latin-1"))
        keep = (self.headers.get("connection") or "").lower()
        if keep in ("close", "keep-alive"):
            self.close_connection = keep == "close"
        return True

    def get_environ(self) -> dict[str, Any]:
        """What the application reads of WSGI's environ; eventlet's own asks the system for more each time."""
        path, _, query = self.path.partition("?")
        headers = self.headers
        length = headers.get("content-length")
        chunked = (headers.get("transfer-encoding") or "").lower() == "chunked"
        waits = (headers.get("expect") or "").lower() == "100-continue"
        body = wsgi.Input(
            self.rfile,
            length if length or chunked else "0",
            self.connection,
            wfile=self.wfile if waits else None,
            wfile_line=b"HTTP/1.1 100 Continue\r\n" if waits else None,
            chunked_input=chunked,
        )
        return {
            CONNECTION: self,
            "REQUEST_METHOD": self.command,
            "RAW_PATH_INFO": path,
            "PATH_INFO": unquote(path, encoding="latin-1"),
            "QUERY_STRING": query,
            "CONTENT_TYPE": headers.get("content-type") or "",
            "CONTENT_LENGTH": length or "",
            "REMOTE_ADDR": self.client_address[0],
            "wsgi.input": body,
            "eventlet.input": body,
            "eventlet.posthooks": [],
            **_variables(self.headers),
        }

    def handle_one_response(self) -> None:
        """Answer one request, with one write where nothing is out of the ordinary."""
        answer = self.application.answer(self.environ)
        self.application = answer
        octets = self._octets(answer) if self._is_ordinary() else None
        if octets is None:
            super().handle_one_response()
        else:
            self.connection.sendall(octets)

    def _is_ordinary(self) -> bool:
        """Whether the connection goes on after this answer, and nothing of the body is left to be read."""
        body, fields = self.environ["wsgi.input"], self.headers.fields
        unread = body.chunked_input or body.position < (body.content_length or 0)
        named = "connection" in fields or "expect" in fields or self.command == "HEAD"
        return not (unread or named or self.close_connection)

    def _octets(self, answer: Answer) -> bytes | None:
        try:
            return answer.octets() if isinstance(answer.body, bytes) else None
        except UnicodeEncodeError:
            return None

    def framing_is_sound(self) -> bool:
        """Whether it is beyond doubt where the body ends; a proxy in front might see it differently."""
        lengths = self.headers.get_all("content-length")
        coding = self.headers.get("transfer-encoding")
        if len(lengths) > 1 or not all(length.isascii() and length.isdigit() for length in lengths):
            return False
        return coding is None or coding.lower() == "chunked"

    def leave_rest_unread(self) -> None:
        """Close after this answer when the rest of the body is too long to be read just for keeping alive."""
        unread = self.environ["wsgi.input"]
        if unread.chunked_input:
            too_long = unread.chunk_length != 0
        else:
            too_long = (unread.content_length or 0) - unread.position > WORTH_READING
        if too_long:
            self.abandon()

    def abandon(self) -> None:
        """Close the connection after this answer."""
        self.close_connection = True
        self.lingering = True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is not even HTTP; called by the standard library while it parses."""
        body = problems.body(Malformed(message or ""), "")
        head = f"HTTP/1.1 {int(code)} {HTTPStatus(code).phrase}\r\nContent-Type: {problems.CONTENT_TYPE}\r\n"
        self.wfile.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
        self.close_connection = True

    def finish(self) -> None:
        if self.lingering:
            self._linger()
        super().finish()

    def _linger(self) -> None:
        """Drop what still comes in for a moment: closing at once would destroy the answer on its way."""
        try:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(LINGER_SECONDS)
            until, left = time.monotonic() + LINGER_SECONDS, LINGER_BYTES
            while left > 0 and time.monotonic() < until and (piece := self.connection.recv(WORTH_READING)):
                left -= len(piece)
        except OSError:
            return


def _variables(headers: Headers) -> dict[str, str]:
    """The fields by the names that WSGI gives them, but for those with an underscore, which could clash."""
    return {
        _variable(name): ",".join(values)
        for name, values in headers.fields.items()
        if "_" not in name and name not in _APART
    }


@lru_cache(maxsize=256)
def _variable(name: str) -> str:
    return "HTTP_" + name.replace("-", "_").upper()
