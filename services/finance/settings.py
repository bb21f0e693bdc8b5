"""Settings of the finance service: those of every service, where files are kept, how old a rate may be."""

from dataclasses import dataclass

from chassis.config import api_port, setting
from chassis.files.store import FileSettings


@dataclass(frozen=True, kw_only=True)
class FinanceSettings(FileSettings):
    """What the finance service is configured with."""

    http_port: int = api_port(8002)
    rate_max_age_days: int = setting(
        7, help="How many days before the day asked for an exchange rate may be", minimum=0, maximum=366
    )
