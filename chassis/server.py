"""The HTTP server of one service: its socket and its connections.

Several services may run in one process, so the address comes from the settings of the container's
service and not from nameko's configuration.
"""

import time
from collections.abc import Iterable
from typing import Any

import eventlet
from eventlet import greenio, wsgi
from nameko.web.server import BindAddress, WebServer

from chassis import idempotency
from chassis.application import Application
from chassis.listening import listen
from chassis.logs import get_logger
from chassis.protocol import Connection
from chassis.runtime import Runtime

log = get_logger(__name__)

BACKLOG = 1024
MOST_CONNECTIONS = 2000
IDLE_SECONDS = 75
SOCKET_SECONDS = 30
PRUNE_SECONDS = 3600


class ApiServer(WebServer):  # type: ignore[misc]
    """Shared by all routes of a container."""

    runtime = Runtime()

    def __init__(self) -> None:
        super().__init__()
        self.draining = False
        self._starting = False
        self.port = 0
        self._connections: dict[int, list[Any]] = {}
        self._background: list[Any] = []
        self._room = eventlet.semaphore.Semaphore(MOST_CONNECTIONS)

    def __dir__(self) -> Iterable[str]:
        """Where nameko looks for what an extension is made of, once for each route."""
        return ("runtime",)

    @property
    def bind_addr(self) -> BindAddress:
        settings = self.runtime.settings
        return BindAddress(settings.http_host, settings.http_port)

    def start(self) -> None:
        if self._starting:
            return
        self._starting = True
        address = self.bind_addr
        self._sock = listen(address.address, address.port, purpose="HTTP", backlog=BACKLOG)
        self._sock.settimeout(None)
        self.port = self._sock.getsockname()[1]
        self._serv = self.get_wsgi_server(self._sock, self.get_wsgi_app())
        self._gt = self.container.spawn_managed_thread(self.run)
        self._background = [self._gt, self.container.spawn_managed_thread(self._prune)]
        log.info("http_listening", host=address.address, port=self.port)

    def get_wsgi_app(self) -> Application:
        for provider in self._providers:
            provider.prepare()
        return Application(self.container.service_name, self._providers, is_draining=lambda: self.draining)

    def get_wsgi_server(self, sock: Any, wsgi_app: Any, **_options: Any) -> wsgi.Server:
        server = wsgi.Server(
            sock,
            sock.getsockname(),
            wsgi_app,
            protocol=Connection,
            debug=False,
            log_output=False,
            keepalive=IDLE_SECONDS,
            socket_timeout=SOCKET_SECONDS,
        )
        # Our header names are spelled right already; set here, since the argument warns of it.
        server.capitalize_response_headers = False
        return server

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
        state = [address, sock, wsgi.STATE_IDLE]
        self._connections[id(state)] = state
        try:
            self._serv.process_request(state)
        except Exception as error:
            log.debug("connection_failed", reason=repr(error))
            sock.close()
        finally:
            del self._connections[id(state)]
            self._room.release()

    def quiesce(self) -> None:
        """Take no new connections, and close the present ones after their next answer."""
        if self.draining or not self._starting:
            return
        self.draining = True
        self._is_accepting = False
        self._sock.close()
        for thread in self._background:
            thread.kill()

    def stop(self) -> None:
        self.quiesce()
        until = time.monotonic() + self.runtime.settings.grace_seconds / 2
        while self._connections and time.monotonic() < until:
            for _, sock, state in list(self._connections.values()):
                if state == wsgi.STATE_IDLE:
                    greenio.shutdown_safe(sock)
            eventlet.sleep(0.01)
        self.wait_for_providers()

    def _prune(self) -> None:
        while True:
            eventlet.sleep(PRUNE_SECONDS)
            try:
                idempotency.prune(self.runtime.database)
            except Exception as error:
                log.warning("idempotency_keys_not_pruned", reason=str(error))
