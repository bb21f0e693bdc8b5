"""What the campaign service can be told beyond what every service needs."""

from dataclasses import dataclass

from chassis.config import api_port, setting
from chassis.files.store import FileSettings
from chassis.keys import kept_key


@dataclass(frozen=True, kw_only=True)
class CampaignSettings(FileSettings):
    """Durations are in seconds, sizes in bytes."""

    http_port: int = api_port(8001)
    audience_file_bytes: int = setting(
        8 * 1024**2, help="largest file of contacts that an audience takes", minimum=1, maximum=64 * 1024**2
    )
    link_key: str = kept_key(
        "link",
        help="secret of at least 32 characters that signs calendar feeds; former ones in lines below it keep "
        "theirs good",
    )
    follow_up_seconds: float = setting(
        60.0, help="pause between two looks for those who have come to qualify as leads", minimum=1
    )
    put_off_seconds: float = setting(
        3600.0,
        help="pause before a due wave that could not be released is tried again",
        minimum=1,
    )
