"""What reporting needs to know beside what every service does: the link key and the snapshot's pace."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from chassis.config import ConfigError, Settings, api_port, setting

KEY_LENGTH = 32


def _link_key(settings: Settings) -> str:
    """The key beside the SQLite file, made on first use. Raises ConfigError on any other database."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        raise ConfigError("FANFARE_REPORTING_LINK_KEY is not set, and the reporting service needs it.")
    if not url.database or url.database == ":memory:":
        return secrets.token_hex(KEY_LENGTH)
    path = Path(url.database).parent / "reporting-link.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_hex(KEY_LENGTH))
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text().strip()


@dataclass(frozen=True, kw_only=True)
class ReportingSettings(Settings):
    """Settings of the reporting service. Durations are in seconds unless their name says days."""

    http_port: int = api_port(8005)
    link_key: str = setting(
        help="secret of at least 32 characters that signs the links to pages; a new one ends all of them",
        secret=True,
        derived=_link_key,
        shown="made once beside the SQLite file; must be set on PostgreSQL",
    )
    snapshot_seconds: float = setting(
        15.0, help="pause between two snapshots of the campaigns' metrics", minimum=0.05
    )
    stale_seconds: float = setting(
        120.0, help="age at which a snapshot is no longer shown in the metrics", minimum=1
    )
    active_days: int = setting(
        14, help="days after its end that a running campaign still shows in the metrics", minimum=0
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.link_key) < KEY_LENGTH:
            raise ConfigError(
                f"FANFARE_REPORTING_LINK_KEY is wrong: it needs at least {KEY_LENGTH} characters."
            )
