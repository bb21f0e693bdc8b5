"""What waves show over HTTP."""

from marshmallow import Schema, fields


class WaveView(Schema):
    """A wave. ``targets`` and ``pages`` are null before the release, the outcomes before it is finished."""

    id = fields.UUID()
    version = fields.Integer()
    campaign_id = fields.UUID()
    number = fields.Integer()
    channel = fields.String()
    template_id = fields.UUID()
    state = fields.String()
    targets = fields.Integer(allow_none=True)
    pages = fields.Integer(allow_none=True)
    released_at = fields.AwareDateTime(allow_none=True)
    accepted = fields.Integer(allow_none=True)
    failed = fields.Integer(allow_none=True)
    suppressed = fields.Integer(allow_none=True)
    uncertain = fields.Integer(allow_none=True)
    finished_at = fields.AwareDateTime(allow_none=True)
