"""The world that a demonstration plays in: where things are, and what the steps have learnt so far."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from fanfare.demo.api import Api, Record
from fanfare.demo.people import DEPARTMENT

if TYPE_CHECKING:
    from fanfare.demo.count import Counted
    from fanfare.demo.recipients import Act

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 0.5

T = TypeVar("T")


class NotArrived(RuntimeError):
    """Something that was waited for did not come. The text names it, and what was seen last."""


class Unplayable(RuntimeError):
    """What was given does not allow the play to go on. Nothing is broken; the text says what is missing."""


@dataclass(kw_only=True)
class World:
    """``mailbox`` is the folder of the mail sink, ``contacts`` the file to import.

    ``own_contacts``: the file is the user's, so everybody in it counts as having agreed to be mailed.
    ``department`` is where everything happens; ``code`` is the campaign's, and stands in each of its mails.
    ``country`` reads phone numbers without a country code. ``say`` prints a line, ``progress`` shows how
    far something has come, ``check`` raises when a process has died. ``seconds`` bounds every wait.
    """

    api: Api
    mailbox: Path
    contacts: Path
    own_contacts: bool = False
    department: str = DEPARTMENT
    code: str = "DEMO-1"
    country: str | None = None
    say: Callable[[str], None] = print
    progress: Callable[[str], None] = lambda text: None
    check: Callable[[], None] = lambda: None
    seconds: float = 120.0

    import_id: str = ""
    segment_id: str = ""
    template_id: str = ""
    campaign_id: str = ""
    wave_id: str = ""
    acts: "list[Act]" = field(default_factory=list)
    lead_ids: list[str] = field(default_factory=list)
    claim_ids: list[str] = field(default_factory=list)
    evaluation: Record = field(default_factory=dict)
    counted: "Mapping[str, Counted]" = field(default_factory=dict)
    page_url: str = ""

    @property
    def campaign(self) -> str:
        """The path of the campaign, the same in every service that shows it."""
        return f"/campaigns/{self.campaign_id}"

    def wait(self, what: str, ask: Callable[[], T | None], *, seen: Callable[[], object] = lambda: None) -> T:
        """Ask until there is an answer. Raises NotArrived naming ``what``, with what ``seen`` tells."""
        until = time.monotonic() + self.seconds
        pause = FIRST_PAUSE
        while (answer := ask()) is None:
            self.check()
            if time.monotonic() > until:
                last = seen()
                shown = "" if last is None else f" Last seen: {last}"
                raise NotArrived(f"{what} did not come within {self.seconds:.0f} s.{shown}")
            time.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 1.5)
        return answer
