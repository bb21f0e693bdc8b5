"""What a signed link to a page is made from, and what readers of pages hand in."""

from marshmallow import Schema, fields, validate

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
    """The parts of a signed link; a reader who is signed in leaves them out. ``lang`` is en or zh."""

    expires = fields.Integer(validate=validate.Range(0, 2**40))
    signature = fields.String(load_default="")
    lang = fields.String()


class TableKey(PageKey):
    """The same for a table of the page as a file."""

    format = fields.String(load_default="csv", validate=validate.OneOf(FORMATS))


class ReportPageQuery(ReportFilter):
    """What a report's page is asked for. ``lang`` is en or zh."""

    lang = fields.String()


class TablePageQuery(ReportExport):
    """The same for a table of the page as a file."""

    lang = fields.String()
