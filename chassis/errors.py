"""The closed set of errors that a caller may meet, each with a stable code, an HTTP status and a title.

``chassis.problems`` is the one place that turns them, and everything else that goes wrong, into an answer.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar


class Problem(Exception):
    """An error with a meaning outside. ``code`` and ``status`` never change once shipped."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.headers: dict[str, str] = {}
        self.fields: list[dict[str, str]] = []


class Malformed(Problem):
    """The request cannot be read at all."""

    code, status, title = "malformed", 400, "The request cannot be read"


class Unauthenticated(Problem):
    """No bearer token, or one that is not accepted. The challenge of RFC 6750 goes with it."""

    code, status, title = "unauthenticated", 401, "A valid bearer token is needed"

    def __init__(self, detail: str = "", *, presented: bool = True) -> None:
        super().__init__(detail)
        reason = f', error="invalid_token", error_description="{detail}"' if presented else ""
        self.headers["WWW-Authenticate"] = f'Bearer realm="fanfare"{reason}'


class Forbidden(Problem):
    """The caller is known and may not do this."""

    code, status, title = "forbidden", 403, "Not allowed"


class NotFound(Problem):
    """There is no such thing, or none that the caller may see."""

    code, status, title = "not_found", 404, "Not found"

    def __init__(self, kind: str = "", key: object = "") -> None:
        super().__init__(f"There is no {kind} {key}".rstrip() if kind else "")


class MethodNotAllowed(Problem):
    """The path exists, the method does not. ``allowed`` lists the methods that do."""

    code, status, title = "method_not_allowed", 405, "Method not allowed"

    def __init__(self, allowed: list[str]) -> None:
        super().__init__(f"Allowed: {', '.join(allowed)}")
        self.headers["Allow"] = ", ".join(allowed)


class Conflict(Problem):
    """The state of things does not allow it now."""

    code, status, title = "conflict", 409, "The state of the resource does not allow this"


class StaleVersion(Problem):
    """``If-Match`` names another version than the present one."""

    code, status, title = "stale_version", 412, "The resource has changed since you read it"


class TooLarge(Problem):
    """The body, or what the caller asks for, is beyond the limit."""

    code, status, title = "too_large", 413, "The request is too large"


class UnsupportedMedia(Problem):
    """The body is of a type that this route does not read."""

    code, status, title = "unsupported_media_type", 415, "Unsupported media type"


class Invalid(Problem):
    """Input that was read but is not accepted: reasons by field, nested names joined with dots."""

    code, status, title = "invalid", 422, "The input is not valid"

    def __init__(self, messages: Mapping[str, Any] | str) -> None:
        by_field = {"": [messages]} if isinstance(messages, str) else messages
        fields = [{"field": field, "reason": reason} for field, reason in _flat(by_field)]
        super().__init__(
            "; ".join(f"{one['field']}: {one['reason']}".removeprefix(": ") for one in fields[:5])
        )
        self.fields = fields


class PreconditionRequired(Problem):
    """The change must name the version that it builds on, and does not."""

    code, status, title = "precondition_required", 428, "An If-Match header with the current ETag is needed"


class TooMany(Problem):
    """The caller asks too often. ``retry_after`` is in seconds."""

    code, status, title = "too_many_requests", 429, "Too many requests"

    def __init__(self, detail: str = "", *, retry_after: int = 1) -> None:
        super().__init__(detail)
        self.headers["Retry-After"] = str(retry_after)


class Internal(Problem):
    """Nothing that the caller did. ``reference`` finds the log entry that tells more."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"Quote reference {reference} when you report this")
        self.reference = reference


class Unavailable(Problem):
    """Something this needs does not answer now. ``retry_after`` is in seconds."""

    code, status, title = "unavailable", 503, "Not available at the moment"

    def __init__(self, detail: str = "", *, retry_after: int = 2) -> None:
        super().__init__(detail)
        self.headers["Retry-After"] = str(retry_after)


class NotYet(Problem):
    """Raised in a reaction: what this event builds on has not arrived. It is tried again, quietly."""

    code, status, title = "not_yet", 409, "What this builds on has not arrived yet"


class OffSchema(Problem):
    """Raised for a message whose body does not keep to its contract. It is set aside."""

    code, status, title = "off_schema", 422, "The message does not keep to its contract"


def _flat(messages: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            step = "" if key == "_schema" else str(key)
            yield from _flat(inner, f"{path}.{step}" if path and step else path or step)
    elif isinstance(messages, list | tuple):
        for inner in messages:
            yield from _flat(inner, path)
    else:
        yield path, str(messages)
