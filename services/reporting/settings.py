"""What reporting needs to know beside what every service does: the link key and the snapshot's pace."""

from dataclasses import dataclass

from chassis.config import Settings, api_port, setting
from chassis.keys import kept_key


@dataclass(frozen=True, kw_only=True)
class ReportingSettings(Settings):
    """Settings of the reporting service. Durations are in seconds unless their name says days."""

    http_port: int = api_port(8005)
    link_key: str = kept_key(
        "link",
        help="secret of at least 32 characters that signs the links to pages; a new one ends all of them",
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
