"""The worker that puts the holidays of the coming year into the calendars that want them, in autumn."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from chassis.auth import Actor
from chassis.clock import now
from chassis.config import Settings
from chassis.database import Database
from chassis.errors import Invalid
from chassis.logs import get_logger
from chassis.metrics import counter
from services.lead.holidays.actions import renew_calendar
from services.lead.holidays.model import HolidayRenewal
from services.lead.service_levels.model import Calendar

AHEAD = timedelta(days=92)
"""A year is put in as many days before it begins: from October on."""

PAUSE_SECONDS = 3600.0

log = get_logger(__name__)

renewals_total = counter(
    "lead_holiday_renewals_total",
    "Calendars that were due for the holidays of the coming year, by what became of them: filled, unknown.",
    ("outcome",),
)


class HolidayRenewer:
    """Looks once an hour, and takes each calendar in a transaction of its own, locked like by a person."""

    name = "holiday-renewer"

    def __init__(self, settings: Settings, database: Database) -> None:
        self._database = database
        self._actor = Actor.system("lead")
        self._next_at = now()

    def step(self) -> bool:
        """Fill the calendars that are due. True when there were any."""
        if now() < self._next_at:
            return False
        through = (now() + AHEAD).year
        wanted = select(HolidayRenewal.calendar_id, HolidayRenewal.country)
        with self._database.reading(self._actor) as session:
            due = session.execute(wanted.where(HolidayRenewal.through < through)).all()
        for calendar_id, country in due:
            self._renew(calendar_id, country, through=through)
        self._next_at = now() + timedelta(seconds=PAUSE_SECONDS)
        return bool(due)

    def _renew(self, calendar_id: UUID, country: str, *, through: int) -> None:
        outcome = "filled"
        try:
            with self._database.transaction(self._actor) as session:
                calendar = session.get_one(Calendar, calendar_id, with_for_update=True)
                renewal = session.get(HolidayRenewal, (calendar_id, country))
                if renewal is not None:
                    renew_calendar(session, self._actor, calendar=calendar, renewal=renewal, through=through)
        except Invalid as error:
            outcome = "unknown"
            log.error("holidays_unknown", calendar_id=str(calendar_id), country=country, reason=str(error))
        renewals_total.labels(outcome=outcome).inc()
