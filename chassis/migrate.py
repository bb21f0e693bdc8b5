"""Brings a service's database to the schema that its code needs.

Two branches of Alembic revisions run side by side: the tables of the chassis and those of the
service. Migrations only ever expand first; what is dropped was unused for a release.
"""

import importlib
import time
from pathlib import Path
from types import ModuleType

from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, text

from chassis.backoff import Backoff
from chassis.database import LOST_DATABASE, Database, is_lost
from chassis.logs import get_logger
from chassis.revisions import OWN, folders_of

log = get_logger(__name__)

_LOCK = 0x66616E67


def upgrade(service: str, url: str, *, wait_seconds: float = 0.0) -> None:
    """Run every migration that is missing. Several at once take turns on an advisory lock.

    A database that does not answer is waited for up to ``wait_seconds``, then its error is raised.
    """
    deadline = time.monotonic() + wait_seconds
    backoff = Backoff()
    while True:
        try:
            _upgrade(service, url)
            return
        except LOST_DATABASE as error:
            seconds = backoff.next()
            if not is_lost(error) or time.monotonic() + seconds > deadline:
                raise
            log.warning(
                "migration_waits", service=service, seconds=round(seconds, 1), error=str(error).strip()
            )
            backoff.sleep(seconds)


def models_of(service: str) -> MetaData:
    """The tables that the service's own code maps."""
    importlib.import_module(f"services.{service}.service")
    base: ModuleType = importlib.import_module(f"services.{service}.base")
    metadata: MetaData = base.Base.metadata
    return metadata


def _upgrade(service: str, url: str) -> None:
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    database = Database(url, service=f"{service}-migrate", pool_size=1)
    try:
        with database.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            config = _config(service)
            config.attributes["connection"] = connection
            command.upgrade(config, "heads")
    finally:
        database.close()


def _config(service: str) -> Config:
    chassis, own = folders_of(service)
    config = Config()
    config.set_main_option("script_location", str(OWN))
    config.set_main_option("version_locations", f"{chassis};{own}")
    config.set_main_option("path_separator", ";")
    return config
