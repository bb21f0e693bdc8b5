"""What notices look like over HTTP."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from services.outreach.notices.words import KINDS
from services.outreach.singles.model import STATES


class OwnFilter(Schema):
    """Which of your notices to list."""

    kind = fields.String(validate=OneOf(KINDS))


class NoticeFilter(OwnFilter):
    """Which notices to list."""

    state = fields.String(validate=OneOf(STATES))
    subject = fields.String()


class NoticeView(Schema):
    """A notice. ``entity_id`` is what it is about; ``reason`` why it failed or is uncertain."""

    id = fields.UUID(required=True)
    subject = fields.String(required=True)
    kind = fields.String(required=True)
    entity_id = fields.UUID(required=True)
    department = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
