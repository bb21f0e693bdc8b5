"""What a mark looks like over HTTP."""

from marshmallow import Schema, fields


class MarkView(Schema):
    """A mark: once it has a ``position``, everything published before it was asked for stands before that.

    All but the ``held`` events, which reporting has received and could not archive yet. Of these the
    ``blocked`` ones wait until an operator has said what becomes of a dead event.
    """

    id = fields.UUID(required=True)
    asked_at = fields.AwareDateTime(required=True)
    position = fields.Integer(required=True, allow_none=True)
    held = fields.Integer(required=True)
    blocked = fields.Integer(required=True)
