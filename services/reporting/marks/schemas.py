"""What a mark looks like over HTTP."""

from marshmallow import Schema, fields


class MarkView(Schema):
    """A mark: once it has a ``position``, everything published before it was asked for stands before that.

    All but the ``held`` events, which reporting has received and could not archive yet.
    """

    id = fields.UUID(required=True)
    asked_at = fields.AwareDateTime(required=True)
    position = fields.Integer(required=True, allow_none=True)
    held = fields.Integer(required=True)
