"""What clocks look like over HTTP."""

from marshmallow import Schema, fields, validate

from services.lead.clocks.model import STATES
from services.lead.customers.schemas import line
from services.lead.service_levels.model import CLOCKS, SUBJECTS


class ClockFilter(Schema):
    """Which clocks to list. ``late``: those whose time is up while nothing has happened."""

    late = fields.Boolean()
    owner = line(255)
    subject = fields.String(validate=validate.OneOf(SUBJECTS))
    subject_id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(CLOCKS))
    state = fields.String(validate=validate.OneOf(STATES))
    department = line(64)


class ClockView(Schema):
    """A clock. A paused one has no moment when it is due; ``counted_seconds`` were used up so far."""

    id = fields.UUID()
    version = fields.Integer()
    subject = fields.String()
    subject_id = fields.UUID()
    department = fields.String()
    kind = fields.String()
    state = fields.String()
    owner = fields.String()
    total_seconds = fields.Integer()
    counted_seconds = fields.Integer()
    counted_from = fields.DateTime()
    started_at = fields.DateTime()
    due_at = fields.DateTime()
    next_at = fields.DateTime()
    late = fields.Boolean()
    fired = fields.Integer(metadata={"description": "how many of its steps were taken"})
    stopped_at = fields.DateTime()
    in_time = fields.Boolean()
