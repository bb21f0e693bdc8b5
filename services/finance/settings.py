"""Settings of the finance service: those of every service, on a port of its own."""

from dataclasses import dataclass

from chassis.config import Settings, api_port


@dataclass(frozen=True, kw_only=True)
class FinanceSettings(Settings):
    """What the finance service is configured with."""

    http_port: int = api_port(8002)
