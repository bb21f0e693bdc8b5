"""Suppressions over HTTP."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from services.outreach.suppressions.model import CHANNELS


class SuppressionRequest(Schema):
    """Whom to suppress, and why."""

    contact_id = fields.UUID(required=True)
    channel = fields.String(load_default="email", validate=OneOf(CHANNELS))
    note = fields.String(load_default="", validate=Length(max=2000))


class SuppressionFilter(Schema):
    """Which suppressions to list."""

    contact_id = fields.UUID()
    channel = fields.String(validate=OneOf(CHANNELS))


class SuppressionView(Schema):
    """A suppression. ``reason`` is unsubscribed, bounced, complained or manual."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    contact_id = fields.UUID(required=True)
    channel = fields.String(required=True)
    department = fields.String(required=True)
    reason = fields.String(required=True)
    note = fields.String(required=True)
    campaign_id = fields.UUID(required=True, allow_none=True)
    target_id = fields.UUID(required=True, allow_none=True)
    added_by = fields.String(required=True)
    added_at = fields.AwareDateTime(required=True)
