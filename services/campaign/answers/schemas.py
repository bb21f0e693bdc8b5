"""What the response ledger takes and shows over HTTP."""

from marshmallow import Schema, fields, validate

from services.campaign.answers.model import BY_HAND, VERDICTS


class ResponseRecord(Schema):
    """An answer that somebody heard or holds in hand."""

    target_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(BY_HAND))
    verdict = fields.String(required=True, validate=validate.OneOf(VERDICTS))
    note = fields.String(validate=validate.Length(max=2000))
    responded_at = fields.AwareDateTime(metadata={"description": "now when it is not given"})


class ResponseFilter(Schema):
    """Narrows a list of responses."""

    verdict = fields.String(validate=validate.OneOf(VERDICTS))


class ResponseView(Schema):
    """An answer with its verdict. ``wave_id`` is null for one that was written down by hand."""

    id = fields.UUID()
    campaign_id = fields.UUID()
    target_id = fields.UUID()
    contact_id = fields.UUID()
    wave_id = fields.UUID(allow_none=True)
    kind = fields.String()
    verdict = fields.String()
    note = fields.String()
    url = fields.String()
    recorded_by = fields.String()
    responded_at = fields.AwareDateTime()
