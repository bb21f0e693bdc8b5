"""Our end of one HTTP/1.1 connection: its limits, and a clean end when a body is left unread."""

import socket
import time
from typing import Any

from eventlet import wsgi

from chassis import problems
from chassis.errors import Malformed

CONNECTION = "fanfare.connection"
WORTH_READING = 1 << 16
"""An unread body up to this size is read and dropped, so that the connection can be kept."""

LINGER_SECONDS = 2.0
LINGER_BYTES = 4 << 20


class Connection(wsgi.HttpProtocol):  # type: ignore[misc]
    """Speaks HTTP on one socket. The application finds it in the environ under CONNECTION."""

    lingering = False
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        environ[CONNECTION] = self
        return environ

    def framing_is_sound(self) -> bool:
        """Whether it is beyond doubt where the body ends; a proxy in front might see it differently."""
        lengths = self.headers.get_all("content-length", [])
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
        head = f"HTTP/1.1 {int(code)} Bad Request\r\nContent-Type: {problems.CONTENT_TYPE}\r\n"
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
