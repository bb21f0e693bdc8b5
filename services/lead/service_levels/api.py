"""HTTP entrypoints of calendars and service levels."""

from uuid import UUID

from chassis.http import Page, Request, route
from services.lead.roles import LEVEL_KEEPERS, READERS
from services.lead.service_levels import actions, queries
from services.lead.service_levels.model import Calendar, ServiceLevel
from services.lead.service_levels.queries import CalendarWithDays
from services.lead.service_levels.schemas import (
    CalendarChange,
    CalendarDetailView,
    CalendarFilter,
    CalendarView,
    LevelChange,
    LevelFilter,
    LevelView,
    NewCalendar,
    NewLevel,
    SpecialDays,
)


class ServiceLevelsApi:
    """Working hours, holidays, and how fast the business promises to be."""

    @route("POST", "/calendars", roles=LEVEL_KEEPERS, body=NewCalendar, returns=CalendarView, status=201)
    def add_calendar(self, request: Request) -> Calendar:
        """Make a calendar of working hours."""
        return actions.add_calendar(request.session, request.actor, **request.body)

    @route("GET", "/calendars", roles=READERS, query=CalendarFilter, returns=CalendarView, many=True)
    def list_calendars(self, request: Request) -> Page:
        """List the calendars of your departments, newest first."""
        return request.page(queries.calendars(request.actor, **request.query), Calendar.id)

    @route("GET", "/calendars/<uuid:calendar_id>", roles=READERS, returns=CalendarDetailView)
    def show_calendar(self, request: Request, calendar_id: UUID) -> CalendarWithDays:
        """Show a calendar with its holidays and other special days."""
        calendar = queries.find_calendar(request.session, request.actor, calendar_id)
        return queries.with_days(request.session, calendar)

    @route(
        "PATCH",
        "/calendars/<uuid:calendar_id>",
        roles=LEVEL_KEEPERS,
        body=CalendarChange,
        returns=CalendarView,
    )
    def change_calendar(self, request: Request, calendar_id: UUID) -> Calendar:
        """Change a calendar; what runs by it is due anew. If-Match is needed."""
        calendar = queries.find_calendar(request.session, request.actor, calendar_id, lock=True)
        request.require_match(calendar)
        return actions.change_calendar(request.session, request.actor, calendar=calendar, **request.body)

    @route(
        "PUT",
        "/calendars/<uuid:calendar_id>/days",
        roles=LEVEL_KEEPERS,
        body=SpecialDays,
        returns=CalendarDetailView,
    )
    def set_days(self, request: Request, calendar_id: UUID) -> CalendarWithDays:
        """Replace the holidays and other special days of a year. If-Match is needed."""
        calendar = queries.find_calendar(request.session, request.actor, calendar_id, lock=True)
        request.require_match(calendar)
        actions.set_days(request.session, request.actor, calendar=calendar, **request.body)
        return queries.with_days(request.session, calendar)

    @route("POST", "/service-levels", roles=LEVEL_KEEPERS, body=NewLevel, returns=LevelView, status=201)
    def agree_level(self, request: Request) -> ServiceLevel:
        """Agree on a service level, for what begins from now on."""
        return actions.agree_level(request.session, request.actor, **request.body)

    @route("GET", "/service-levels", roles=READERS, query=LevelFilter, returns=LevelView, many=True)
    def list_levels(self, request: Request) -> Page:
        """List the service levels of your departments, newest first."""
        return request.page(queries.service_levels(request.actor, **request.query), ServiceLevel.id)

    @route("GET", "/service-levels/<uuid:level_id>", roles=READERS, returns=LevelView)
    def show_level(self, request: Request, level_id: UUID) -> ServiceLevel:
        """Show a service level."""
        return queries.find_level(request.session, request.actor, level_id)

    @route(
        "PATCH", "/service-levels/<uuid:level_id>", roles=LEVEL_KEEPERS, body=LevelChange, returns=LevelView
    )
    def change_level(self, request: Request, level_id: UUID) -> ServiceLevel:
        """Change a service level, or give it up. If-Match is needed."""
        level = queries.find_level(request.session, request.actor, level_id, lock=True)
        request.require_match(level)
        return actions.change_level(request.session, request.actor, level=level, **request.body)
