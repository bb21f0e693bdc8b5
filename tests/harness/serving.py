"""Runs a service inside the test's process, and calls it as a person would.

    with serve(CampaignService, fresh_database.url("campaign"), smtp_url=sink.url) as campaign:
        campaign.post("/campaigns", json={…}, as_=person("ada", MARKETING_MANAGER))

Keyword arguments are settings by their names. Several services may be served at once over
``memory://``, or over the ``broker_url`` fixture.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from nameko import config as nameko_config
from nameko.containers import ServiceContainer

from chassis import reader
from chassis.auth import Actor
from chassis.server import ApiServer
from chassis.service import Health, Service
from fanfare.local.ports import HOST, free_port
from fanfare.local.process import StartFailed, wait_until
from tests.harness.people import jwks, token_of

SECONDS = 30
MAX_WORKERS = 50
IDLE_SECONDS = 0.15


BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
"""Clicks of programs are told apart from those of persons."""


class Client:
    """Calls one service. ``as_`` is who calls; without it nobody is signed in."""

    def __init__(self, base_url: str, *, container: Any = None, probe_url: str = "") -> None:
        self.base_url = base_url
        self.probe_url = probe_url
        self.container = container
        self._session = requests.Session()
        self._session.headers["User-Agent"] = BROWSER
        # To look for proxies and passwords in the environment takes as long as many an answer.
        self._session.trust_env = False

    def get(self, path: str, *, as_: Actor | None = None, **options: Any) -> requests.Response:
        return self.call("GET", path, as_=as_, **options)

    def post(self, path: str, *, as_: Actor | None = None, **options: Any) -> requests.Response:
        return self.call("POST", path, as_=as_, **options)

    def put(self, path: str, *, as_: Actor | None = None, **options: Any) -> requests.Response:
        return self.call("PUT", path, as_=as_, **options)

    def patch(self, path: str, *, as_: Actor | None = None, **options: Any) -> requests.Response:
        return self.call("PATCH", path, as_=as_, **options)

    def delete(self, path: str, *, as_: Actor | None = None, **options: Any) -> requests.Response:
        return self.call("DELETE", path, as_=as_, **options)

    def call(
        self,
        method: str,
        path: str,
        *,
        as_: Actor | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> requests.Response:
        """Send one request; ``options`` are those of ``requests``. Redirects are not followed."""
        signed = {"Authorization": f"Bearer {token_of(as_)}"} if as_ else {}
        options = {"timeout": SECONDS, "allow_redirects": False, **options}
        url = path if "://" in path else f"{self.base_url}{path}"
        return self._session.request(method, url, headers={**signed, **(headers or {})}, **options)

    def close(self) -> None:
        self._session.close()


@contextmanager
def serve(
    service_cls: type[Service], database_url: str, broker_url: str = "memory://", **settings: object
) -> Iterator[Client]:
    """Run ``service_cls`` on a migrated database and free ports while the block lasts.

    It is ready when the block begins: its queues are there and are being read.
    """
    values = {
        "database_url": database_url,
        "broker_url": broker_url,
        "http_port": free_port(),
        "probe_port": 0,
        "oidc_jwks": jwks(),
        **settings,
    }
    nameko_config.setup({"max_workers": MAX_WORKERS})
    with pytest.MonkeyPatch.context() as patched:
        # Readers look up more often, so that they are not waited for in the end.
        patched.setattr(reader, "IDLE_SECONDS", IDLE_SECONDS)
        yield from _served(_started(service_cls, values))


def _started(service_cls: type[Service], settings: Mapping[str, object]) -> Any:
    """A running container. Its settings stand in the environment no longer than until it has read them."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in settings.items():
            environment.setenv(f"FANFARE_{service_cls.name.upper()}_{name.upper()}", str(value))
        container = ServiceContainer(service_cls)
        container.start()
    return container


def _served(container: Any) -> Iterator[Client]:
    client = Client(
        f"http://{HOST}:{_extension(container, ApiServer).port}",
        container=container,
        probe_url=f"http://{HOST}:{_extension(container, Health).probes.port}",
    )
    try:
        if not wait_until(lambda: client.get(f"{client.probe_url}/readyz").ok, seconds=SECONDS):
            raise StartFailed(client.get(f"{client.probe_url}/readyz").text)
        yield client
    finally:
        client.close()
        container.stop()


def _extension(container: Any, kind: type[Any]) -> Any:
    return next(one for one in container.extensions if isinstance(one, kind))
