"""The base of every service: what each of them has beside its slices.

nameko collects the dependencies of the class: the readers of its queues, the relay of its outbox,
and the probes on their own port. Stopping goes from the outside in: requests, readers, relay, probes.
"""

import time
from inspect import isfunction
from typing import Any, ClassVar

from nameko.extensions import DependencyProvider

from chassis import config, tracing
from chassis.applying import Applier
from chassis.audit_api import AuditApi
from chassis.backoff import Backoff
from chassis.broker import lane_names
from chassis.database import Database
from chassis.logs import get_logger
from chassis.openapi import OpenApi
from chassis.probes import Probes
from chassis.reader import Reader
from chassis.relay import Relay
from chassis.revisions import is_current
from chassis.runtime import Runtime
from chassis.sealing import Sealer
from chassis.subscribe import subscriptions_of

log = get_logger(__name__)

STUCK_SECONDS = 120.0
"""A reader that has not gone round for so long is taken for stuck."""


class Given(DependencyProvider):  # type: ignore[misc]
    """Hands a service instance its runtime."""

    runtime = Runtime()

    def get_dependency(self, _worker: Any) -> Runtime:
        return self.runtime


class Messaging(DependencyProvider):  # type: ignore[misc]
    """Runs readers, relay and sealer of a service. Its ``readers`` are what the probes look at."""

    runtime = Runtime()

    def setup(self) -> None:
        self.readers: list[Reader] = []
        self.migrated = False
        self.draining = False
        self._shipping_ended = False
        self._threads: list[Any] = []
        self._relay: Any = None

    def start(self) -> None:
        self._starting = self.container.spawn_managed_thread(self._start_once_migrated, "start")

    def _start_once_migrated(self) -> None:
        settings, database = self.runtime.settings, self.runtime.database
        backoff = Backoff(cap=1.0)
        while not is_current(database, settings.service):
            if self.draining:
                return
            seconds = backoff.next()
            log.warning("service_waits", service=settings.service, cause="database away or not migrated")
            backoff.sleep(seconds, until=lambda: self.draining)
        self.migrated = True
        service = self.container.service_cls()
        service.runtime = self.runtime
        for subscription in subscriptions_of(service):
            applier_of = Applier(database, settings, subscription)
            for name in lane_names(subscription.queue):
                reader = Reader(applier_of, name, stopping=lambda: self.draining)
                self.readers.append(reader)
                self._threads.append(self.container.spawn_managed_thread(reader.run, f"read {name}"))
        sealer = Sealer(database, seconds=settings.audit_seal_seconds, stopping=lambda: self.draining)
        self._threads.append(self.container.spawn_managed_thread(sealer.run, "seal"))
        relay = Relay(database, settings, stopping=lambda: self._shipping_ended)
        self._relay = self.container.spawn_managed_thread(relay.run, "relay")

    def stop(self) -> None:
        """Finish the batches in hand, then ship what they and the last requests left in the outbox."""
        self.draining = True
        self._starting.wait()
        for thread in self._threads:
            thread.wait()
        self._shipping_ended = True
        self.runtime.database.wake_up.set()
        if self._relay is not None:
            self._relay.wait()


class Health(DependencyProvider):  # type: ignore[misc]
    """Answers the probes of a service on a port of its own."""

    runtime = Runtime()

    def start(self) -> None:
        settings = self.runtime.settings
        tracing.configure(settings.service, settings.otlp_endpoint)
        self._messaging = next(one for one in self.container.dependencies if isinstance(one, Messaging))
        self.probes = Probes(
            host=settings.probe_host,
            port=settings.probe_port,
            liveness=self._liveness,
            readiness=self._readiness,
        )
        self.probes.start()

    def stop(self) -> None:
        self.probes.stop()

    def _liveness(self) -> list[str]:
        late = time.monotonic() - STUCK_SECONDS
        return [f"{one.name} is stuck" for one in self._messaging.readers if one.ticked_at < late]

    def _readiness(self) -> list[str]:
        reasons = [
            f"{one.name} is not registered with the broker"
            for one in self._messaging.readers
            if not one.registered
        ]
        if self._messaging.draining:
            reasons.append("stopping")
        if not self._messaging.migrated:
            reasons.append("the database is not migrated")
        return reasons


class Service(AuditApi, OpenApi):
    """What a service class builds on; its slices' methods stand beside this in its bases."""

    name: ClassVar[str]
    Settings: ClassVar[type[config.Settings]] = config.Settings

    runtime = Given()
    messaging = Messaging()
    health = Health()

    def __init_subclass__(cls, **options: Any) -> None:
        """Raises TypeError where a method hides one of another slice, whose route would be gone."""
        super().__init_subclass__(**options)
        for base in cls.__mro__[1:-1]:
            for name, function in vars(base).items():
                if isfunction(function) and getattr(cls, name) is not function:
                    raise TypeError(f"{cls.__name__}: {base.__name__}.{name} is hidden by another {name}")

    @property
    def settings(self) -> config.Settings:
        """The settings of the running service."""
        settings: config.Settings = self.runtime.settings
        return settings

    @property
    def database(self) -> Database:
        """The database of the running service."""
        database: Database = self.runtime.database
        return database
