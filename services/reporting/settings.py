"""What reporting needs to know beside what every service does: the link key and the snapshot's pace."""

from dataclasses import dataclass

from chassis.config import Settings, Url, api_port, setting
from chassis.keys import kept_key


@dataclass(frozen=True, kw_only=True)
class ReportingSettings(Settings):
    """Settings of the reporting service. Durations are in seconds unless their name says days."""

    http_port: int = api_port(8005)
    link_key: str = kept_key(
        "link",
        help="secret of at least 32 characters that signs links to pages and sign-ins; former ones in lines "
        "below it keep theirs good",
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
    totals_seconds: float = setting(
        5.0, help="pause between two counts of the campaigns whose events went on", minimum=0.05
    )
    sign_in_client_id: str = setting(
        "", help="client id of the pages at the identity provider; without it nobody signs in to them there"
    )
    sign_in_client_secret: str = setting(
        "", help="its secret, where the provider asks for one beside PKCE", secret=True
    )
    sign_in_discovery: Url | None = setting(
        None, help="the provider's openid-configuration; unset: below the issuer, where that is a URL"
    )
    sign_in_scope: str = setting("openid", help="scopes that are asked for at sign-in, separated by spaces")
    sign_in_seconds: int = setting(
        8 * 3600, help="longest time that a sign-in to the pages lasts", minimum=60
    )
