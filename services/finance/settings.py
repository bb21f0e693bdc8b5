"""Settings of the finance service: those of every service, and where files are kept."""

from dataclasses import dataclass

from chassis.config import api_port
from chassis.files.store import FileSettings


@dataclass(frozen=True, kw_only=True)
class FinanceSettings(FileSettings):
    """What the finance service is configured with."""

    http_port: int = api_port(8002)
