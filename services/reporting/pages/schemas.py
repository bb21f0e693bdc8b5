"""What a signed link to a page is made from, and what its reader hands in."""

from marshmallow import Schema, fields, validate

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
    """The parts of a signed link; a reader with a bearer token leaves them out."""

    expires = fields.Integer(validate=validate.Range(0, 2**40))
    signature = fields.String(load_default="")
