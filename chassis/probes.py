"""``/livez``, ``/readyz`` and ``/metrics`` on a port of their own, away from the API's workers.

In a monkey-patched process they are served by greenlets, in a plain worker process by threads.
Liveness asks whether this process moves, never whether the broker or the database answers.
"""

import json
import logging
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from chassis import metrics
from chassis.listening import listen

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Check = Callable[[], list[str]]
"""Looks at the process and returns the reasons why it is not well; none means well. It must not block."""


info = metrics.gauge("process_running", "1 for each service that the process runs.", ("service", "process"))


def introduce(services: Iterable[str], *, process: str) -> None:
    """Show in the metrics what this process is: that of services, or of their workers."""
    for service in services:
        info.labels(service=service, process=process).set(1)


class Probes:
    """Serves the probes of one process on ``host``:``port``; port 0 takes a free one."""

    def __init__(self, *, host: str, port: int, liveness: Check, readiness: Check) -> None:
        self._address = (host, port)
        self._checks = {"/livez": liveness, "/readyz": readiness}
        self._server: _GreenServer | _ThreadServer | None = None

    @property
    def port(self) -> int:
        """The port that is listened on; raises RuntimeError before ``start``."""
        if self._server is None:
            raise RuntimeError("the probes are not started")
        return self._server.port

    def start(self) -> None:
        """Listen and answer from now on. Raises ConfigError where nobody can listen there."""
        if self._server is None:
            opened = listen(*self._address, purpose="the probes")
            server = _GreenServer if _is_patched() else _ThreadServer
            self._server = server(opened, Request.application(self._answer))

    def stop(self) -> None:
        """Close the port. Does nothing when not started."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def _answer(self, request: Request) -> Response:
        if request.path == "/metrics":
            return Response(metrics.exposition(), content_type=metrics.CONTENT_TYPE)
        check = self._checks.get(request.path)
        if check is None:
            return Response(status=404)
        reasons = _reasons(check)
        return Response(json.dumps(reasons), status=503 if reasons else 200, content_type="application/json")


def _reasons(check: Check) -> list[str]:
    try:
        return check()
    except Exception as error:
        logging.getLogger(__name__).exception("a probe failed")
        return [f"the check failed with {type(error).__name__}"]


def _is_patched() -> bool:
    # A plain worker process has no use for eventlet and does not even import it.
    patcher = sys.modules.get("eventlet.patcher")
    return patcher is not None and patcher.is_monkey_patched("socket")


class _GreenServer:
    def __init__(self, listener: socket.socket, application: "WSGIApplication") -> None:
        import eventlet
        import eventlet.wsgi

        self.port: int = listener.getsockname()[1]
        self._listener = listener
        self._greenlet = eventlet.spawn(
            eventlet.wsgi.server, listener, application, log_output=False, keepalive=False
        )

    def stop(self) -> None:
        self._greenlet.kill()
        self._listener.close()


class _ThreadServer:
    def __init__(self, listener: socket.socket, application: "WSGIApplication") -> None:
        host, self.port = listener.getsockname()[:2]
        # Given an open socket, werkzeug does not end the process where the port is taken.
        self._server = make_server(
            host, self.port, application, threaded=True, request_handler=_QuietHandler, fd=listener.fileno()
        )
        listener.close()
        self._thread = threading.Thread(target=self._server.serve_forever, name="probes", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Probes come every few seconds; their requests are not worth a line each."""
