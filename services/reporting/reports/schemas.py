"""What a reader asks a report for, and what it looks like as data."""

from collections.abc import Mapping
from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate, validates_schema

from services.reporting.comparisons.groups import By, Length
from services.reporting.comparisons.report import RANKED
from services.reporting.reports.wanted import ReportQuery
from services.reporting.sources.attribution import Model

FORMATS = ("csv", "xlsx")
MOST_BANDS = 20


class Bands(fields.String):
    """Bounds in rising order, separated by commas."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        bound = fields.Decimal(places=4, allow_nan=False, validate=validate.Range(min=0))
        bounds = [bound.deserialize(part.strip()) for part in text.split(",")]
        if bounds != sorted(set(bounds)) or len(bounds) > MOST_BANDS:
            raise ValidationError(f"Give at most {MOST_BANDS} bounds, each above the one before.")
        return tuple(bounds)


class ReportFilter(Schema):
    """Campaigns that start, or leads that were captured, from one day to another, both included; and so on.

    ``bands`` are the bounds of spend. A report passes over what it has no use for.
    """

    since = fields.Date(data_key="from")
    until = fields.Date()
    kind = fields.String()
    region = fields.String()
    state = fields.String()
    department = fields.String()
    currency = fields.String(validate=validate.Length(equal=3))
    by = fields.String(validate=validate.OneOf(get_args(By)))
    period = fields.String(validate=validate.OneOf(get_args(Length)))
    bands = Bands()
    rank = fields.String(validate=validate.OneOf(RANKED))
    model = fields.String(validate=validate.OneOf(get_args(Model)))

    @pre_load
    def _leave_out_blanks(self, data: Mapping[str, Any], **_: object) -> dict[str, Any]:
        """A form sends all of its inputs, those that nobody filled in as well."""
        return {name: value for name, value in data.items() if value != ""}

    @validates_schema
    def _check_days(self, data: Mapping[str, Any], **_: object) -> None:
        if "since" in data and "until" in data and data["until"] < data["since"]:
            raise ValidationError("Must not be before from.", field_name="until")

    @post_load
    def _wanted(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        rest: dict[str, Any] = {name: data.pop(name) for name in ("format", "lang") if name in data}
        return {"wanted": ReportQuery(**data), **rest}


class ReportExport(ReportFilter):
    """The same, as a file for a spreadsheet."""

    format = fields.String(load_default="csv", validate=validate.OneOf(FORMATS))


class ColumnView(Schema):
    """A column and what its cells are."""

    name = fields.String(required=True)
    unit = fields.String(required=True)


class TableView(Schema):
    """A table: each row by the names of its columns. Null stands for what has no value."""

    name = fields.String(required=True)
    columns = fields.List(fields.Nested(ColumnView), required=True)
    rows = fields.List(fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True)), required=True)


class ReportView(Schema):
    """A report: ``position`` says how much of the archive had been stored when it was made."""

    name = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)
    position = fields.Integer(required=True)
    tables = fields.List(fields.Nested(TableView), required=True)
