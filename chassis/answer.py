"""What goes back over the wire: JSON, a problem document, or whatever a handler made by itself."""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Any, BinaryIO, cast

import msgspec
from werkzeug.wrappers import Response

from chassis import problems
from chassis.errors import Problem
from chassis.idempotency import StoredAnswer

JSON = "application/json"
IN_MEMORY = 1 << 20
PIECE = 1 << 16

_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_BODYLESS = frozenset({204, 304})
_encoder = msgspec.json.Encoder()


class Answer:
    """Status, headers and a body that is either bytes or a file that is sent in pieces."""

    __slots__ = ("body", "headers", "size", "status", "subject")

    def __init__(
        self, status: int, body: bytes = b"", *, content_type: str = JSON, headers: Mapping[str, str] = {}
    ) -> None:
        self.status = status
        self.body: bytes | BinaryIO = body
        self.size = len(body)
        self.subject = ""
        self.headers = {"Content-Type": content_type, **headers} if body else dict(headers)

    def octets(self) -> bytes:
        """All of it, as it goes over a connection that is kept; the body must not be a file.

        Raises UnicodeEncodeError for a header that is beyond Latin-1.
        """
        assert isinstance(self.body, bytes)
        headers = {**self.headers, "Date": _date(int(time.time()))}
        if self.status not in _BODYLESS:
            headers["Content-Length"] = str(self.size)
        start = f"HTTP/1.1 {_LINES.get(self.status, str(self.status))}"
        lines = [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join((start, *lines, "", "")).encode("latin-1")
        return head if self.status in _BODYLESS else head + self.body

    def __call__(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self.status not in _BODYLESS:
            self.headers["Content-Length"] = str(self.size)
        start_response(_LINES.get(self.status, str(self.status)), list(self.headers.items()))
        if environ["REQUEST_METHOD"] == "HEAD" or self.status in _BODYLESS:
            return [b""]
        return [self.body] if isinstance(self.body, bytes) else _pieces(self.body)


def of_data(data: object, *, status: int, headers: Mapping[str, str]) -> Answer:
    """JSON of plain data; UUIDs, decimals and moments become strings."""
    return Answer(status, _encoder.encode(data), headers=headers)


def of_problem(problem: Problem, instance: str) -> Answer:
    """A problem document with the headers that belong to it."""
    body = problems.body(problem, instance)
    return Answer(problem.status, body, content_type=problems.CONTENT_TYPE, headers=problem.headers)


def of_stored(stored: StoredAnswer) -> Answer:
    """The answer that was given before to the same Idempotency-Key."""
    return Answer(stored.status, stored.body, headers={**stored.headers, "Idempotency-Replayed": "true"})


def of_response(response: Response) -> Answer:
    """A handler's own response. A generated one goes to a file first: its rows need the session."""
    headers = {name: value for name, value in response.headers if name.lower() != "content-length"}
    answer = Answer(response.status_code, headers=headers)
    if response.is_streamed:
        file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        for piece in response.iter_encoded():
            file.write(piece)
        answer.size = file.tell()
        file.seek(0)
        answer.body = cast(BinaryIO, file)
    else:
        answer.body = response.get_data()
        answer.size = len(answer.body)
    response.close()
    return answer


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


@lru_cache(maxsize=4)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
