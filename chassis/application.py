"""The WSGI application of one service: finds the route of a request, and answers, counts and logs it."""

import functools
import logging
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from prometheus_client import Counter, Histogram
from werkzeug.exceptions import MethodNotAllowed as WrongMethod
from werkzeug.exceptions import NotFound as NoRoute
from werkzeug.routing import Map, MapAdapter, RequestRedirect, Rule

from chassis import answer, metrics, tracing
from chassis.answer import Answer
from chassis.errors import Malformed, MethodNotAllowed, NotFound, Problem
from chassis.logs import get_logger
from chassis.problems import problem_of
from chassis.protocol import CONNECTION, Connection

if TYPE_CHECKING:
    from chassis.endpoint import Endpoint

log = get_logger(__name__)
_LEVEL = logging.getLogger(__name__)

UNKNOWN = "(unknown)"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0)
EVERYWHERE = {"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}

EXPECTED = (2, 5)
"""Classes of status that each route shows from its start on, so that its first failure is seen to be one."""

REQUESTS = metrics.counter(
    "http_requests_total",
    "HTTP requests by route and class of status.",
    ("service", "method", "route", "status"),
)
SPENT = metrics.counter(
    "http_route_seconds_total",
    "Time spent on a route's requests, from their headers to their answers.",
    ("service", "method", "route"),
)
# A histogram of each route would be over two thousand series for a service with many.
SECONDS = metrics.histogram(
    "http_request_seconds",
    "Time from the request's headers to its answer.",
    ("service", "method"),
    buckets=BUCKETS,
)


StartResponse = Callable[..., Any]


class Application:
    """Finds the route of each request, and answers, counts and logs whatever comes of it."""

    def __init__(
        self, service: str, endpoints: Iterable["Endpoint"], *, is_draining: Callable[[], bool]
    ) -> None:
        self.service = service
        self.endpoints = {endpoint.key: endpoint for endpoint in endpoints}
        self.routes: MapAdapter = _url_map(frozenset(self.endpoints)).bind("")
        self.is_draining = is_draining
        self.fixed = {key for key in self.endpoints if "<" not in key}
        self.series: dict[tuple[str, str, int], _Series] = {}
        for endpoint in self.endpoints.values():
            for status in EXPECTED:
                self._series(endpoint.declaration.method, endpoint.declaration.path, status)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        return self.answer(environ)(environ, start_response)

    def answer(self, environ: dict[str, Any]) -> Answer:
        """Whatever comes of a request; it is counted and logged already."""
        began = time.perf_counter()
        connection: Connection = environ[CONNECTION]
        method: str = environ["REQUEST_METHOD"]
        endpoint, values, problem = self._find(environ, connection, method)
        route = endpoint.declaration.path if endpoint else UNKNOWN
        with tracing.start({tracing.HEADER: environ.get("HTTP_TRACEPARENT")}, f"{method} {route}"):
            if endpoint:
                given = endpoint.handle(environ, values)
            else:
                given = answer.of_problem(problem or NotFound(), environ["RAW_PATH_INFO"])
            given.headers = {**EVERYWHERE, **given.headers, tracing.HEADER: tracing.current() or ""}
            seconds = time.perf_counter() - began
            self._account(method if endpoint else UNKNOWN, route, given, seconds=seconds)
            if _LEVEL.isEnabledFor(logging.INFO):
                log.info(
                    "request",
                    method=method,
                    route=route,
                    status=given.status,
                    ms=round(seconds * 1000, 1),
                    subject=given.subject,
                )
        connection.leave_rest_unread()
        if self.is_draining():
            connection.close_connection = True
        return given

    def _find(
        self, environ: dict[str, Any], connection: Connection, method: str
    ) -> tuple["Endpoint | None", dict[str, Any], Problem | None]:
        if not connection.framing_is_sound():
            connection.abandon()
            return None, {}, Malformed("It is not clear where the body ends")
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        try:
            if (key := f"{method} {path}") in self.fixed:
                return self.endpoints[key], {}, None
            if "\0" in path:
                raise NoRoute()
            key, values = self.routes.match(path, method)
        except (NoRoute, RequestRedirect):
            return None, {}, NotFound()
        except WrongMethod as error:
            return None, {}, MethodNotAllowed(sorted(error.valid_methods or ()))
        except Exception as error:
            return None, {}, problem_of(error)
        return self.endpoints[key], dict(values), None

    def _account(self, method: str, route: str, given: Answer, *, seconds: float) -> None:
        counted, spent, lasted = self._series(method, route, given.status // 100)
        counted.inc()
        spent.inc(seconds)
        lasted.observe(seconds)

    def _series(self, method: str, route: str, status: int) -> "_Series":
        key = (method, route, status)
        if key not in self.series:
            counted = REQUESTS.labels(self.service, method, route, f"{status}xx")
            spent = SPENT.labels(self.service, method, route)
            self.series[key] = counted, spent, SECONDS.labels(self.service, method)
        return self.series[key]


_Series = tuple[Counter, Counter, Histogram]


@functools.lru_cache
def _url_map(keys: frozenset[str]) -> Map:
    """Finds the key of a route, "METHOD path". To compile the rules takes longer than all else of a start."""
    url_map = Map(strict_slashes=False, merge_slashes=False)
    for key in sorted(keys):
        method, path = key.split(" ", 1)
        url_map.add(Rule(path, methods=[method], endpoint=key))
    return url_map
