"""What calendars and service levels look like over HTTP."""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from chassis.clock import time_zones
from services.lead.customers.schemas import line
from services.lead.leads.model import GRADES
from services.lead.service_levels.business import spans_of
from services.lead.service_levels.model import CLOCKS, SUBJECTS

LONGEST_MINUTES = 366 * 24 * 60
MOST_STEPS = 20
REQUEST_KINDS = ("material", "sample", "quotation", "technical_advice", "other")


def _check_hours(hours: list[str]) -> None:
    try:
        spans_of(hours)
    except ValueError as error:
        raise ValidationError(str(error)) from None


def _check_zone(name: str) -> None:
    if name not in time_zones():
        raise ValidationError("Must be an IANA time zone, such as Europe/Berlin.")


def _check_week(week: list[list[str]]) -> None:
    if not any(week):
        raise ValidationError("There must be hours on at least one day.")


def hours(**options: Any) -> fields.List[Any]:
    """The hours of one day, each as 09:00-17:30."""
    return fields.List(fields.String(), validate=[validate.Length(max=12), _check_hours], **options)


def week(**options: Any) -> fields.List[Any]:
    """Seven days from Monday on."""
    return fields.List(hours(), validate=[validate.Length(equal=7), _check_week], **options)


def zone(**options: Any) -> fields.String:
    """An IANA name."""
    return fields.String(validate=_check_zone, **options)


class CalendarChange(Schema):
    """What of a calendar may change."""

    name = line()
    time_zone = zone()
    week = week()


class NewCalendar(Schema):
    """A calendar. ``week`` lists the hours of seven days from Monday on."""

    department = line(64, required=True)
    code = line(64, required=True)
    name = line(required=True)
    time_zone = zone(required=True)
    week = week(required=True)


class SpecialDay(Schema):
    """A date that is not as its weekday; without hours, a holiday."""

    day = fields.Date(required=True)
    name = line(required=True)
    hours = hours(load_default=list)


class SpecialDays(Schema):
    """All special days of one year."""

    year = fields.Integer(required=True, strict=True, validate=validate.Range(1970, 2200))
    days = fields.List(fields.Nested(SpecialDay), required=True, validate=validate.Length(max=366))


class CalendarFilter(Schema):
    """Which calendars to list."""

    department = line(64)
    code = line(64)


class CalendarView(Schema):
    """A calendar."""

    id = fields.UUID()
    version = fields.Integer()
    department = fields.String()
    code = fields.String()
    name = fields.String()
    time_zone = fields.String()
    week = fields.List(fields.List(fields.String()))
    changed_by = fields.String()
    changed_at = fields.DateTime()


class SpecialDayView(Schema):
    """A date that is not as its weekday; ``country`` is blank where somebody entered it by hand."""

    day = fields.Date()
    name = fields.String()
    hours = fields.List(fields.String())
    country = fields.String()


class RenewalView(Schema):
    """Whose holidays a calendar gets each year by itself, and the last year that it has them of."""

    country = fields.String()
    subdivision = fields.String()
    language = fields.String()
    through = fields.Integer()


class CalendarDetailView(CalendarView):
    """A calendar with its special days, and whose holidays it gets each year by itself."""

    days = fields.List(fields.Nested(SpecialDayView))
    renewals = fields.List(fields.Nested(RenewalView))


class StepBody(Schema):
    """What is done when so many percent of the time are used up."""

    percent = fields.Integer(required=True, strict=True, validate=validate.Range(1, 1000))
    act = fields.String(required=True, validate=validate.OneOf(("remind", "escalate", "reassign")))


class TargetBody(Schema):
    """So many minutes of business time until something must have happened."""

    clock = fields.String(required=True, validate=validate.OneOf(CLOCKS))
    minutes = fields.Integer(required=True, strict=True, validate=validate.Range(1, LONGEST_MINUTES))
    steps = fields.List(fields.Nested(StepBody), load_default=list, validate=validate.Length(max=MOST_STEPS))


def _check_targets(targets: list[dict[str, Any]]) -> None:
    if len({one["clock"] for one in targets}) < len(targets):
        raise ValidationError("A clock is named twice.")


def targets(**options: Any) -> fields.List[Any]:
    """One for each clock."""
    checks: list[Callable[[Any], Any]] = [validate.Length(min=1), _check_targets]
    return fields.List(fields.Nested(TargetBody), validate=checks, **options)


class NewLevel(Schema):
    """A service level; blank kind and grade stand for all that have none of their own."""

    department = line(64, required=True)
    subject = fields.String(required=True, validate=validate.OneOf(SUBJECTS))
    kind = fields.String(load_default="", validate=validate.OneOf(("", *REQUEST_KINDS)))
    grade = fields.String(load_default="", validate=validate.OneOf(("", *GRADES)))
    calendar_id = fields.UUID(required=True)
    targets = targets(required=True)

    @validates_schema
    def _clocks_belong(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("subject") == "lead" and data.get("kind"):
            raise ValidationError("Leads have no kinds.", "kind")
        named = {one["clock"] for one in data.get("targets", ())}
        if data.get("subject") == "request" and named & {"accept", "ageing"}:
            raise ValidationError("Only leads are accepted, and age.", "targets")


class LevelChange(Schema):
    """What of a service level may change."""

    calendar_id = fields.UUID()
    targets = targets()
    active = fields.Boolean()


class LevelFilter(Schema):
    """Which service levels to list."""

    department = line(64)
    subject = fields.String(validate=validate.OneOf(SUBJECTS))
    kind = fields.String()
    grade = fields.String()
    active = fields.Boolean()


class LevelView(Schema):
    """A service level."""

    id = fields.UUID()
    version = fields.Integer()
    department = fields.String()
    subject = fields.String()
    kind = fields.String()
    grade = fields.String()
    calendar_id = fields.UUID()
    targets = fields.List(fields.Nested(TargetBody))
    active = fields.Boolean()
    changed_by = fields.String()
    changed_at = fields.DateTime()
