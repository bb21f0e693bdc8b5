"""Settings of the campaign service: those of every service, on a port of its own."""

from dataclasses import dataclass

from chassis.config import Settings, api_port


@dataclass(frozen=True, kw_only=True)
class CampaignSettings(Settings):
    """What the campaign service is configured with."""

    http_port: int = api_port(8001)
