"""The HTTP server of one service: its socket, its connections, and the way to the right route.

Several services may run in one process, so the address comes from the settings of the container's
service and not from nameko's configuration.
"""

import socket
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import eventlet
from eventlet import wsgi
from nameko.web.server import BindAddress, WebServer
from werkzeug.exceptions import MethodNotAllowed as WrongMethod
from werkzeug.exceptions import NotFound as NoRoute
from werkzeug.routing import Map, MapAdapter, RequestRedirect

from chassis import answer, idempotency, metrics, tracing
from chassis.answer import Answer
from chassis.errors import Malformed, MethodNotAllowed, NotFound, Problem
from chassis.logs import get_logger
from chassis.problems import problem_of
from chassis.protocol import CONNECTION, Connection
from chassis.runtime import Runtime

if TYPE_CHECKING:
    from chassis.http import Endpoint

log = get_logger(__name__)

BACKLOG = 1024
MOST_CONNECTIONS = 2000
IDLE_SECONDS = 75
SOCKET_SECONDS = 30
PRUNE_SECONDS = 3600
UNKNOWN = "(unknown)"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0)
EVERYWHERE = {"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}

REQUESTS = metrics.counter(
    "http_requests_total",
    "HTTP requests by route and class of status",
    ("service", "method", "route", "status"),
)
SECONDS = metrics.histogram(
    "http_request_seconds",
    "Time from the request's headers to its answer",
    ("service", "method", "route"),
    buckets=BUCKETS,
)

StartResponse = Callable[..., Any]


class ApiServer(WebServer):  # type: ignore[misc]
    """Shared by all routes of a container."""

    runtime = Runtime()

    def __init__(self) -> None:
        super().__init__()
        self.draining = False
        self.port = 0
        self._room = eventlet.semaphore.Semaphore(MOST_CONNECTIONS)

    @property
    def bind_addr(self) -> BindAddress:
        settings = self.runtime.settings
        return BindAddress(settings.http_host, settings.http_port)

    def start(self) -> None:
        if self._starting:
            return
        self._starting = True
        address = self.bind_addr
        family = socket.AF_INET6 if ":" in address.address else socket.AF_INET
        self._sock = eventlet.listen(tuple(address), family=family, backlog=BACKLOG, reuse_port=False)
        self._sock.settimeout(None)
        self.port = self._sock.getsockname()[1]
        self._serv = self.get_wsgi_server(self._sock, self.get_wsgi_app())
        self._gt = self.container.spawn_managed_thread(self.run)
        self.container.spawn_managed_thread(self._prune)
        log.info("http_listening", host=address.address, port=self.port)

    def get_wsgi_app(self) -> "Application":
        return Application(self)

    def get_wsgi_server(self, sock: Any, wsgi_app: Any, **_options: Any) -> wsgi.Server:
        return wsgi.Server(
            sock,
            sock.getsockname(),
            wsgi_app,
            protocol=Connection,
            debug=False,
            log_output=False,
            keepalive=IDLE_SECONDS,
            socket_timeout=SOCKET_SECONDS,
        )

    def make_url_map(self) -> Map:
        url_map = Map(strict_slashes=False, merge_slashes=False)
        for provider in self._providers:
            rule = provider.get_url_rule()
            rule.endpoint = provider
            url_map.add(rule)
        return url_map

    def run(self) -> None:
        while self._is_accepting:
            self._room.acquire()
            try:
                sock, address = self._sock.accept()
            except OSError as error:
                # Out of file descriptors, or a client that is gone again: neither may stop the service.
                self._room.release()
                if self._is_accepting:
                    log.warning("accept_failed", reason=str(error))
                    eventlet.sleep(0.1)
                continue
            sock.settimeout(SOCKET_SECONDS)
            self.container.spawn_managed_thread(lambda s=sock, a=address: self.process_request(s, a))

    def process_request(self, sock: Any, address: Any) -> None:
        """Serve one connection to its end. A failure of it is its own affair."""
        try:
            self._serv.process_request([address, sock, wsgi.STATE_IDLE])
        except Exception as error:
            log.debug("connection_failed", reason=repr(error))
            sock.close()
        finally:
            self._room.release()

    def quiesce(self) -> None:
        """Take no new connections, and close the present ones after their next answer."""
        if self.draining or not self._starting:
            return
        self.draining = True
        self._is_accepting = False
        self._gt.kill()
        self._sock.close()

    def stop(self) -> None:
        self.quiesce()
        until = time.monotonic() + self.runtime.settings.grace_seconds / 2
        while self._serv.outstanding_requests and time.monotonic() < until:
            eventlet.sleep(0.01)
        self.wait_for_providers()

    def _prune(self) -> None:
        while True:
            eventlet.sleep(PRUNE_SECONDS)
            try:
                idempotency.prune(self.runtime.database)
            except Exception as error:
                log.warning("idempotency_keys_not_pruned", reason=str(error))


class Application:
    """Finds the route of each request, and answers, counts and logs whatever comes of it."""

    def __init__(self, server: ApiServer) -> None:
        self.server = server
        self.service: str = server.container.service_name
        self.routes: MapAdapter = server.make_url_map().bind("")
        for provider in server._providers:
            provider.prepare()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
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
            log.info(
                "request",
                method=method,
                route=route,
                status=given.status,
                ms=round(seconds * 1000, 1),
                subject=given.subject,
            )
        connection.leave_rest_unread()
        if self.server.draining:
            connection.close_connection = True
        return given(environ, start_response)

    def _find(
        self, environ: dict[str, Any], connection: Connection, method: str
    ) -> tuple["Endpoint | None", dict[str, Any], Problem | None]:
        if not connection.framing_is_sound():
            connection.abandon()
            return None, {}, Malformed("It is not clear where the body ends")
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        try:
            if "\0" in path:
                raise NoRoute()
            endpoint, values = self.routes.match(path, method)
        except (NoRoute, RequestRedirect):
            return None, {}, NotFound()
        except WrongMethod as error:
            return None, {}, MethodNotAllowed(sorted(error.valid_methods or ()))
        except Exception as error:
            return None, {}, problem_of(error)
        return endpoint, values, None

    def _account(self, method: str, route: str, given: Answer, *, seconds: float) -> None:
        REQUESTS.labels(self.service, method, route, f"{given.status // 100}xx").inc()
        SECONDS.labels(self.service, method, route).observe(seconds)
