"""What summaries look like over HTTP."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.lead.customers.schemas import line
from services.lead.summary.queries import BYS

FORMATS = ("csv", "xlsx")


class LeadsWanted(Schema):
    """Which leads to count, by the day they were captured on, in UTC, both included."""

    since = fields.Date(data_key="from")
    until = fields.Date()
    department = line(64)
    region = line()
    source = line(64)
    owner = line(255)
    campaign_id = fields.UUID()

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_: Any) -> None:
        if "since" in data and "until" in data and data["until"] < data["since"]:
            raise ValidationError("Must not be before from.", "until")


class SummaryQuery(LeadsWanted):
    """By what leads are summed up; a period is that of their capture. ``most`` lines are shown."""

    by = fields.String(required=True, validate=validate.OneOf(BYS))
    most = fields.Integer(load_default=200, validate=validate.Range(1, 1000))


class SummaryExport(LeadsWanted):
    """The same as a file, with all lines."""

    by = fields.String(required=True, validate=validate.OneOf(BYS))
    format = fields.String(load_default="csv", validate=validate.OneOf(FORMATS))


class AgeingQuery(LeadsWanted):
    """The age of the lead, or of its stay in its state."""

    of = fields.String(load_default="lead", validate=validate.OneOf(("lead", "state")))


class AgeingExport(AgeingQuery):
    """The same as a file."""

    format = fields.String(load_default="csv", validate=validate.OneOf(FORMATS))


class FunnelExport(LeadsWanted):
    """The funnel as a file."""

    format = fields.String(load_default="csv", validate=validate.OneOf(FORMATS))


class AmountView(Schema):
    """A sum in one currency."""

    amount = fields.Decimal(as_string=True)
    currency = fields.String()


class LineView(Schema):
    """The leads that have the key in common; conversion is converted ÷ leads."""

    key = fields.String()
    leads = fields.Integer()
    open = fields.Integer()
    converted = fields.Integer()
    conversion = fields.Decimal(as_string=True)
    states = fields.Dict(keys=fields.String(), values=fields.Integer())
    values = fields.List(fields.Nested(AmountView))


class SummaryView(Schema):
    """The largest lines, or those of all periods in order, how many there are, and their sum."""

    lines = fields.List(fields.Nested(LineView))
    lines_in_all = fields.Integer()
    total = fields.Nested(LineView)


class StageView(Schema):
    """How many leads ever came to a state, and the median of their stay of those that have left it."""

    state = fields.String()
    reached = fields.Integer()
    share = fields.Decimal(as_string=True)
    left = fields.Integer()
    median_hours = fields.Decimal(as_string=True, allow_none=True)


class FunnelView(Schema):
    """The states in the order of a lead's life."""

    stages = fields.List(fields.Nested(StageView))
