"""What the lead service can be told beyond what every service needs."""

from dataclasses import dataclass

from chassis.config import Settings, api_port, setting


@dataclass(frozen=True, kw_only=True)
class LeadSettings(Settings):
    """Sizes are in bytes, durations in seconds."""

    http_port: int = api_port(8003)
    phone_region: str = setting(
        "CN", help="ISO 3166 country whose numbering plan reads a phone number without a country code"
    )
    import_limit_bytes: int = setting(1024**3, help="largest file that an import takes", minimum=1)
    import_batch: int = setting(
        500, help="most rows of a file saved in one transaction", minimum=1, maximum=500
    )
    lease_seconds: float = setting(
        60.0, help="how long a worker that went silent keeps its import or resolution", minimum=1
    )
