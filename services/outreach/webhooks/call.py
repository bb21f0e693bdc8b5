"""A call by a provider, and the news that an adapter reads from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, Protocol
from urllib.parse import parse_qsl

import msgspec
from werkzeug.datastructures import Headers

from chassis.clock import now
from chassis.errors import Forbidden, Malformed

Kind = Literal["delivered", "bounced", "deferred", "complained", "unsubscribed"]

CLOCK_SECONDS = 300
"""How far a signed moment may be from now; an older call may have been recorded and sent again."""


@dataclass(frozen=True)
class Call:
    """What came in. ``url`` is the address that the provider was told to call, without the query."""

    headers: Headers
    url: str
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises Malformed."""
        try:
            return msgspec.json.decode(self.body)
        except msgspec.DecodeError as error:
            raise Malformed(f"The body is not JSON: {error}") from error

    def form(self) -> list[tuple[str, str]]:
        """The fields of the body in their order. Raises Malformed."""
        try:
            return parse_qsl(self.body.decode("ascii"), keep_blank_values=True, max_num_fields=200)
        except ValueError as error:
            raise Malformed("The body is not a form") from error


@dataclass(frozen=True)
class News:
    """What happened to one mail.

    The mail is named by ``message_id``, our Message-ID or the part before its at sign, or else by
    ``provider_id``. ``status`` and ``answer`` are the other mail server's; ``final`` says whether the
    provider has given up on it.
    """

    kind: Kind
    at: datetime
    message_id: str = ""
    provider_id: str = ""
    address: str = ""
    status: str = ""
    answer: str = ""
    final: bool = True


@dataclass(frozen=True)
class TextReceipt:
    """What became of an SMS, in the words of the gateway."""

    provider_id: str
    status: str
    number: str
    error: str


@dataclass(frozen=True)
class TextMessage:
    """An SMS that somebody sent to a number of ours."""

    provider_id: str
    source: str
    destination: str
    text: str


Item = News | TextReceipt | TextMessage


class Adapter(Protocol):
    """Knows one provider's signature and words."""

    def verify(self, call: Call) -> None:
        """Raises Forged for a call that the provider did not sign, or signed too long ago."""
        ...

    def read(self, call: Call) -> Sequence[Item]:
        """The news of a verified call; what is of no interest is left out. Raises Malformed."""
        ...


class Forged(Forbidden):
    """The call is not signed by the provider."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The signature is not valid: {reason}")


def require_recent(seconds: str) -> None:
    """Raises Forged for a signed Unix time that is not close to now."""
    try:
        age = abs(now().timestamp() - float(seconds))
    except ValueError:
        raise Forged("the time is missing") from None
    if not age <= CLOCK_SECONDS:
        raise Forged("the time is not close to now")


def moment(value: object) -> datetime:
    """A moment as providers write it: ISO 8601, or seconds since 1970; now where it is neither."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        found = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        return now()
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def text(record: object, *path: str) -> str:
    """The text at ``path`` of nested JSON objects; empty where there is none."""
    for name in path:
        record = record.get(name) if isinstance(record, dict) else None
    return record if isinstance(record, str) else "" if record is None else str(record)


def records(value: object) -> list[dict[str, Any]]:
    """The objects of a JSON list, or the one that stands alone. Raises Malformed for neither."""
    given: list[Any] = value if isinstance(value, list) else [value]
    found = [one for one in given if isinstance(one, dict)]
    if len(found) < len(given):
        raise Malformed("The body is not a JSON object, nor a list of them")
    return found
