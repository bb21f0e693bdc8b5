"""What the timeline looks like over HTTP."""

from marshmallow import Schema, fields, validate

from services.lead.customers.schemas import line
from services.lead.timeline.model import AREAS


class TimelineFilter(Schema):
    """Which part of the timeline to show: what it is about, and from ``since`` to before ``until``."""

    area = fields.String(validate=validate.OneOf(AREAS))
    kind = line(64)
    campaign_id = fields.UUID()
    since = fields.AwareDateTime(metadata={"description": "a moment with its time zone"})
    until = fields.AwareDateTime(metadata={"description": "a moment with its time zone"})


class TimelineView(Schema):
    """One thing that happened: what, by whom and in whose place, and why.

    ``reference`` is the id of what it is about.
    """

    id = fields.UUID()
    at = fields.DateTime()
    area = fields.String()
    kind = fields.String()
    actor = fields.String()
    on_behalf_of = fields.String()
    note = fields.String()
    contact_id = fields.UUID()
    campaign_id = fields.UUID()
    reference = fields.UUID()
    detail = fields.Dict(allow_none=True)
