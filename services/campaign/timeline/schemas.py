"""What a timeline shows over HTTP."""

from marshmallow import Schema, fields

from services.campaign.launch.schemas import TargetView


class EntryView(Schema):
    """Something that happened to a target. ``reference`` is the wave, response, follow-up or lead."""

    at = fields.AwareDateTime()
    kind = fields.String()
    what = fields.String()
    detail = fields.String()
    by = fields.String()
    wave_number = fields.Integer(allow_none=True)
    reference = fields.UUID(allow_none=True)


class TimelineView(Schema):
    """A target, and what happened to it, oldest first."""

    target = fields.Nested(TargetView)
    entries = fields.List(fields.Nested(EntryView))
