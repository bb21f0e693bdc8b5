"""What a signed link to a page is made from, and what readers of pages hand in."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates_schema

from services.reporting.archive.schemas import LARGEST
from services.reporting.reports.schemas import FORMATS, ReportExport, ReportFilter

HOUR = 3600
LONGEST = 366 * 24 * HOUR


class PageLinkRequest(Schema):
    """For how many seconds the link shall work; a week where nothing is said."""

    seconds = fields.Integer(load_default=7 * 24 * HOUR, validate=validate.Range(60, LONGEST))


class PageLinkView(Schema):
    """An address that shows the page to whoever has it, until it expires."""

    url = fields.Url(required=True)
    expires_at = fields.AwareDateTime(required=True)


class PageKey(Schema):
    """The parts of a signed link; a reader who is signed in leaves them out. ``lang`` is en or zh.

    ``at`` is a past moment to look back at, in UTC where it names no zone; signed links show the present.
    """

    expires = fields.Integer(validate=validate.Range(0, 2**40))
    signature = fields.String(load_default="")
    lang = fields.String()
    at = fields.AwareDateTime(load_default=None, default_timezone=UTC)

    @pre_load
    def _leave_out_blanks(self, data: Mapping[str, Any], **_: object) -> dict[str, Any]:
        """A form sends its inputs, those that nobody filled in as well."""
        return {name: value for name, value in data.items() if value != ""}

    @validates_schema
    def _check_link(self, data: Mapping[str, Any], **_: object) -> None:
        if "expires" in data and data.get("at"):
            raise ValidationError("Only for readers who are signed in.", field_name="at")


class TableKey(PageKey):
    """The same for a table of the page as a file."""

    format = fields.String(load_default="csv", validate=validate.OneOf(FORMATS))


class TrailKey(Schema):
    """Behind which position of the archive to go on, and up to which past moment. ``lang`` is en or zh."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, LARGEST))
    at = fields.AwareDateTime(load_default=None, default_timezone=UTC)
    lang = fields.String()


class ReportPageQuery(ReportFilter):
    """What a report's page is asked for. ``lang`` is en or zh."""

    lang = fields.String()


class TablePageQuery(ReportExport):
    """The same for a table of the page as a file."""

    lang = fields.String()
