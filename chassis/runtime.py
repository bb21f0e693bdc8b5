"""What one running service has for itself: its settings, its database, and whom it believes."""

from collections.abc import Iterable

from nameko.extensions import SharedExtension

from chassis import config
from chassis.auth import Authority
from chassis.config import Settings
from chassis.database import Database


class Runtime(SharedExtension):  # type: ignore[misc]
    """Shared by all extensions of a container. Several services may run in one process, each with its own."""

    settings: Settings
    database: Database
    authority: Authority

    def __dir__(self) -> Iterable[str]:
        """Where nameko looks for what an extension is made of, once for each route: nothing more."""
        return ()

    def setup(self) -> None:
        service_cls = self.container.service_cls
        kind: type[Settings] = getattr(service_cls, "Settings", Settings)
        self.settings = config.load(kind, service_cls.name)
        self.database = Database(
            self.settings.database_url, service=service_cls.name, pool_size=self.settings.pool_size
        )
        self.authority = Authority(self.settings)

    def stop(self) -> None:
        self.database.close()
