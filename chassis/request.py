"""What a handler gets to see of a request, already checked and parsed."""

from collections.abc import Mapping
from contextvars import Context
from typing import TYPE_CHECKING, Any, BinaryIO

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.datastructures import EnvironHeaders
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from chassis import paging
from chassis.auth import Actor
from chassis.database import Aggregate, Session
from chassis.errors import Invalid, PreconditionRequired, StaleVersion, UnsupportedMedia
from chassis.paging import Page

if TYPE_CHECKING:
    from chassis.endpoint import Endpoint

MOST_FORM_PARTS = 1000


class Request:
    """One request to one route.

    ``body`` and ``query`` are what the schemas of the route made of them. ``session`` is a reading
    session for GET, and otherwise the transaction that is committed when the handler has returned.
    ``stream`` is the raw body as a file, for routes declared with ``stream=True``.
    """

    session: Session
    stream: BinaryIO

    def __init__(self, environ: dict[str, Any], endpoint: "Endpoint", *, actor: Actor) -> None:
        self.environ = environ
        self.endpoint = endpoint
        self.actor = actor
        self.settings: Any = endpoint.runtime.settings
        self.body: dict[str, Any] = {}
        self.query: dict[str, Any] = {}
        self.page_parameters: Mapping[str, str] = {}
        self.idempotency_key: str | None = None
        self.fingerprint = ""
        self.context: Context | None = None

    @property
    def headers(self) -> EnvironHeaders:
        return EnvironHeaders(self.environ)

    @property
    def method(self) -> str:
        return str(self.environ["REQUEST_METHOD"])

    @property
    def path(self) -> str:
        return str(self.environ["RAW_PATH_INFO"])

    @property
    def client(self) -> str:
        """The address that the connection came from."""
        return str(self.environ.get("REMOTE_ADDR", ""))

    def form(self) -> dict[str, list[str]]:
        """The fields of a submitted HTML form, for routes declared with ``stream=True``. Files are left out.

        Raises Invalid when the body is no form.
        """
        media, options = parse_options_header(self.environ.get("CONTENT_TYPE"))
        if media not in ("application/x-www-form-urlencoded", "multipart/form-data"):
            raise UnsupportedMedia("Send a form")
        parser = FormDataParser(silent=False, max_form_parts=MOST_FORM_PARTS)
        try:
            _, fields, _ = parser.parse(self.stream, media, None, options)
        except (ValueError, RequestEntityTooLarge) as error:
            raise Invalid("The body is not a form that can be read") from error
        return fields.to_dict(flat=False)

    def page(self, statement: Select[Any], key: InstrumentedAttribute[Any] | ColumnElement[Any]) -> Page:
        """The page that the caller asks for with ``limit`` and ``cursor``, highest ``key`` first.

        ``key`` must be unique in the result.
        """
        return paging.fetch(self.session, statement, key, parameters=self.page_parameters)

    def match(self, aggregate: Aggregate) -> None:
        """Raises StaleVersion when the caller names another version than the present one."""
        wanted = self.environ.get("HTTP_IF_MATCH")
        if wanted is None or wanted.strip() == "*":
            return
        if etag(aggregate.version) not in [tag.strip() for tag in wanted.split(",")]:
            raise StaleVersion()

    def require_match(self, aggregate: Aggregate) -> None:
        """Like match, and raises PreconditionRequired when the caller names no version at all."""
        if self.environ.get("HTTP_IF_MATCH") is None:
            raise PreconditionRequired()
        self.match(aggregate)

    def knows(self, tag: str) -> bool:
        """Whether ``If-None-Match`` says that the caller has that version."""
        known = self.environ.get("HTTP_IF_NONE_MATCH")
        if known is None:
            return False
        return known.strip() == "*" or tag in [one.strip().removeprefix("W/") for one in known.split(",")]


def etag(version: int) -> str:
    """The strong entity tag of a version."""
    return f'"{version}"'
