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
    """A suppression. ``reason``: unsubscribed, bounced, complained, returned, imported or manual."""

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


class Removal(Schema):
    """Why a suppression is lifted."""

    note = fields.String(required=True, validate=Length(min=1, max=2000))


class FileOptions(Schema):
    """How to read a file of suppressions."""

    channel = fields.String(load_default="email", validate=OneOf(CHANNELS))
    department = fields.String(required=True, validate=Length(min=1, max=64))


class FileFilter(Schema):
    """Which suppressions to write into a file."""

    channel = fields.String(validate=OneOf(CHANNELS))


class FaultView(Schema):
    """A line that was refused."""

    line = fields.Integer()
    reason = fields.String()


class TakenView(Schema):
    """What became of a file: lines = added + known + kept + refused; of the faults the first 1,000.

    ``kept`` lines are addresses of nobody we know; whoever comes with one is suppressed at once.
    """

    lines = fields.Integer()
    added = fields.Integer()
    known = fields.Integer()
    kept = fields.Integer()
    refused = fields.Integer()
    faults = fields.List(fields.Nested(FaultView))
