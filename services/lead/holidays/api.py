"""HTTP entrypoints of public holidays."""

from typing import Any
from uuid import UUID

from chassis.http import Request, route
from services.lead.holidays import actions, almanac
from services.lead.holidays.schemas import CountriesView, HolidayFill
from services.lead.roles import LEVEL_KEEPERS, READERS
from services.lead.service_levels import queries
from services.lead.service_levels.queries import CalendarWithDays
from services.lead.service_levels.schemas import CalendarDetailView


class HolidaysApi:
    """Public holidays, and how calendars get them."""

    @route("GET", "/holidays/countries", roles=READERS, returns=CountriesView)
    def list_holiday_countries(self, request: Request) -> dict[str, Any]:
        """List the countries whose holidays are known, with their parts and the languages of names."""
        return {"countries": almanac.countries()}

    @route(
        "POST",
        "/calendars/<uuid:calendar_id>/holidays",
        roles=LEVEL_KEEPERS,
        body=HolidayFill,
        returns=CalendarDetailView,
    )
    def fill_calendar(self, request: Request, calendar_id: UUID) -> CalendarWithDays:
        """Put a country's public holidays into a calendar; what was entered by hand stays as it is."""
        calendar = queries.find_calendar(request.session, request.actor, calendar_id, lock=True)
        actions.fill_calendar(request.session, request.actor, calendar=calendar, **request.body)
        return queries.with_days(request.session, calendar)
