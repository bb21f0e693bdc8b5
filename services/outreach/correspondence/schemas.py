"""What the mails that answer requests look like over HTTP."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from services.outreach.singles.model import STATES


class AnswerMailFilter(Schema):
    """Which of them to list."""

    state = fields.String(validate=OneOf(STATES))
    request_id = fields.UUID()
    contact_id = fields.UUID()


class AnswerMailView(Schema):
    """A mail; ``reason`` is why it failed or is uncertain. Its links are shown to nobody but the contact."""

    id = fields.UUID(required=True)
    request_id = fields.UUID(required=True)
    contact_id = fields.UUID(required=True)
    department = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
