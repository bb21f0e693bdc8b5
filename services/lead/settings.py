"""What the lead service can be told beyond what every service needs."""

from dataclasses import dataclass
from datetime import timedelta

from chassis.config import api_port, setting
from chassis.files.store import FileSettings


@dataclass(frozen=True, kw_only=True)
class LeadSettings(FileSettings):
    """Sizes are in bytes, durations in seconds unless the name says days."""

    http_port: int = api_port(8003)
    phone_region: str = setting(
        "CN", help="ISO 3166 country whose numbering plan reads a phone number without a country code"
    )
    import_limit_bytes: int = setting(1024**3, help="largest file that an import takes", minimum=1)
    import_batch: int = setting(
        1000, help="most rows of a file saved in one transaction", minimum=1, maximum=5000
    )
    lease_seconds: float = setting(
        60.0, help="how long a worker that went silent keeps its import or resolution", minimum=1
    )
    capture_window_days: int = setting(
        90,
        help="how long after a contact was last heard of the same campaign or source makes no other lead",
        minimum=0,
        maximum=3650,
    )
    nurture_days: int = setting(
        90, help="how long a long-term lead rests where nobody says until when", minimum=1, maximum=3650
    )
    judgement_undo_days: int = setting(
        14, help="how long a judgement of a lead can be taken back", minimum=0, maximum=3650
    )
    privacy_days: int = setting(
        30,
        help="within how many days people who ask for their data or its erasure are answered",
        minimum=1,
        maximum=365,
    )
    privacy_keep_days: int = setting(
        14, help="how long the copy of a person's data can be fetched", minimum=1, maximum=365
    )
    wake_batch: int = setting(200, help="most leads woken in one transaction", minimum=1, maximum=1000)
    accept_hours: float = setting(
        8.0,
        help="hours of the rep's working time to accept a lead in, where the rule says nothing else",
        minimum=0.01,
        maximum=8760,
    )
    cool_down_hours: float = setting(
        72.0,
        help="how long rules give a lead to nobody who returned it or let it lie",
        minimum=0,
        maximum=8760,
    )
    reassignment_batch: int = setting(
        200, help="most leads that a run gives anew in one transaction", minimum=1, maximum=1000
    )

    document_link_days: int = setting(
        30, help="how long the links to documents in the answer to a request are good", minimum=1, maximum=366
    )

    @property
    def capture_window(self) -> timedelta:
        """How long a contact of the same campaign or source stays the same lead."""
        return timedelta(days=self.capture_window_days)
