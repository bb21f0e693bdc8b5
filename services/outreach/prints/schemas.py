"""Print batches and returned mail over HTTP."""

from marshmallow import Schema, fields
from marshmallow.validate import Length

MOST_CODES = 1000


class PrintBatchView(Schema):
    """A batch. ``pages`` and ``checksum`` (SHA-256) are those of its letters; state is ready or sent."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    mailing_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    pieces = fields.Integer(required=True)
    pages = fields.Integer(required=True)
    checksum = fields.String(required=True)
    state = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    sent_at = fields.AwareDateTime(required=True, allow_none=True)
    sent_by = fields.String(required=True, allow_none=True)


class ReturnsEntry(Schema):
    """Codes as they were scanned, one of each letter."""

    codes = fields.List(
        fields.String(required=True, validate=Length(min=1, max=200)),
        required=True,
        validate=Length(min=1, max=MOST_CODES),
    )


class ReturnedView(Schema):
    """What came of one code: recorded, known from before, or unknown; then the ids are missing."""

    code = fields.String(required=True)
    result = fields.String(required=True)
    delivery_id = fields.UUID(required=True, allow_none=True)
    mailing_id = fields.UUID(required=True, allow_none=True)
    contact_id = fields.UUID(required=True, allow_none=True)


class ReturnsView(Schema):
    """What came of each code, in their order."""

    returns = fields.List(fields.Nested(ReturnedView), required=True)
