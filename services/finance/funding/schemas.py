"""What the money of waves looks like over HTTP."""

from typing import get_args

from marshmallow import Schema, fields, validate

from services.finance.funding.model import State
from services.finance.views import Figure


class FundingFilter(Schema):
    """Which of them to list."""

    state = fields.String(validate=validate.OneOf(get_args(State)))
    campaign_id = fields.UUID()
    budget_id = fields.UUID()
    wave_id = fields.UUID()


class FundingView(Schema):
    """What one release of a wave asked for. ``copies`` are those charged so far."""

    id = fields.UUID(required=True)
    wave_id = fields.UUID(required=True)
    campaign_id = fields.UUID(required=True)
    budget_id = fields.UUID(required=True, allow_none=True)
    line_id = fields.UUID(required=True)
    currency = fields.String(required=True)
    unit_cost = fields.Decimal(required=True, as_string=True)
    targets = fields.Integer(required=True)
    reserved = Figure(required=True)
    incurred = Figure(required=True)
    copies = fields.Integer(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class Suspension(Schema):
    """Why nothing more may be spent on sending."""

    reason = fields.String(
        required=True,
        validate=[validate.Length(max=2000), validate.Regexp(r"\s*\S", error="Say why.")],
    )
