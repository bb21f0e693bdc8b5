"""What the response ledger takes and shows over HTTP."""

from marshmallow import Schema, fields, validate

from services.campaign.answers.model import BY_HAND, VERDICTS

KINDS = ("click", "form", "survey", "registration", "check_in", "sms", *BY_HAND)


class ResponseRecord(Schema):
    """An answer that somebody heard or holds in hand."""

    target_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(BY_HAND))
    verdict = fields.String(required=True, validate=validate.OneOf(VERDICTS))
    note = fields.String(validate=validate.Length(max=2000))
    wave_id = fields.UUID(
        metadata={"description": "what it answers; the wave that went to the target last if none"}
    )
    score = fields.Decimal(
        as_string=True, allow_nan=False, metadata={"description": "of a survey on paper or by phone, 0 to 10"}
    )
    responded_at = fields.AwareDateTime(metadata={"description": "now when it is not given"})


class Judgement(Schema):
    """Another verdict on a response, with a note that is put behind its own."""

    verdict = fields.String(required=True, validate=validate.OneOf(VERDICTS))
    note = fields.String(validate=validate.Length(max=2000))


class ResponseFilter(Schema):
    """Narrows a list of responses."""

    verdict = fields.String(validate=validate.OneOf(VERDICTS))
    kind = fields.String(validate=validate.OneOf(KINDS))
    wave_id = fields.UUID()
    target_id = fields.UUID()


class SideView(Schema):
    """One side of a satisfaction survey; each from 0 to 10."""

    side = fields.String()
    expectation = fields.Decimal(as_string=True, allow_none=True)
    experience = fields.Decimal(as_string=True, allow_none=True)


class ResponseView(Schema):
    """An answer with its verdict. ``judged_by`` is null where the verdict is that of the rules."""

    id = fields.UUID()
    campaign_id = fields.UUID()
    target_id = fields.UUID()
    contact_id = fields.UUID()
    wave_id = fields.UUID(allow_none=True)
    kind = fields.String()
    verdict = fields.String()
    note = fields.String()
    url = fields.String()
    score = fields.Decimal(as_string=True, allow_none=True)
    sides = fields.List(fields.Nested(SideView))
    form_id = fields.UUID(allow_none=True)
    recorded_by = fields.String()
    responded_at = fields.AwareDateTime()
    judged_by = fields.String(allow_none=True)
    judged_at = fields.AwareDateTime(allow_none=True)
