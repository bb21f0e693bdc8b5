"""Keeps programs out of the forms without asking people to prove anything.

A page carries a field that nobody sees, and a stamp that says when it was shown. Whoever fills in the
first, or sends faster than one can read, gets the page back with the reason, and can send it again.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from chassis.clock import now
from chassis.ids import new_id
from chassis.limits import Allowance
from chassis.metrics import counter
from services.outreach.forms.filling import Sent
from services.outreach.forms.pages import STAMP_INPUT, TRAP_INPUT
from services.outreach.forms.sealing import Seals, Stamp
from services.outreach.settings import OutreachSettings

turned_away = counter(
    "outreach_form_pages_turned_away_total",
    "Sent pages of forms that were not taken, by why.",
    ("why",),
    starts=[("invalid",), ("filled_trap",), ("too_fast",), ("too_old",), ("too_many",)],
)


@dataclass(frozen=True)
class Admission:
    """The stamp of the page that was sent. ``objection`` is a key of our words, empty where there is none."""

    stamp: Stamp
    objection: str = ""


class Guard:
    """Judges sent pages of one form."""

    def __init__(self, settings: OutreachSettings, form_id: UUID) -> None:
        self._settings = settings
        self._seals = Seals(settings.link_key)
        self._form_id = form_id

    def stamp(self, version: int) -> str:
        """The stamp of a page that is shown now."""
        return self.text_of(Stamp(now(), version, new_id()))

    def text_of(self, stamp: Stamp) -> str:
        return self._seals.stamp(self._form_id, stamp)

    def admit(self, sent: Sent, *, version: int) -> Admission:
        """A page without a stamp of ours, or an old one, counts as shown now, with ``version``."""
        fresh = Stamp(now(), version, new_id())
        stamp = self._seals.read_stamp(self._form_id, next(iter(sent.get(STAMP_INPUT, ())), ""))
        if stamp is None:
            return self._refuse(fresh, "too_old")
        age = now() - stamp.shown_at
        if age > timedelta(hours=self._settings.form_page_hours):
            return self._refuse(fresh, "too_old")
        if any(sent.get(TRAP_INPUT, ())):
            return self._refuse(stamp, "filled_trap")
        if age < timedelta(seconds=self._settings.form_fewest_seconds):
            return self._refuse(stamp, "too_fast")
        return Admission(stamp)

    def _refuse(self, stamp: Stamp, why: str) -> Admission:
        turned_away.labels(why=why).inc()
        return Admission(stamp, why)


class Pace:
    """How many pages an address may send; made when the first settings are known."""

    def __init__(self) -> None:
        self._allowance: Allowance | None = None
        self._per_minute = 0

    def take(self, client: str, *, per_minute: int) -> None:
        """Count one page. Raises TooMany. 0 is no limit."""
        if not per_minute:
            return
        if self._allowance is None or self._per_minute != per_minute:
            self._allowance = Allowance(rate=per_minute / 60, burst=float(per_minute))
            self._per_minute = per_minute
        self._allowance.take(client)
