"""What claims look like over HTTP."""

from typing import get_args

from marshmallow import Schema, fields, validate

from services.finance.claims.model import State
from services.finance.views import Figure


class NewClaim(Schema):
    """An expense to be claimed. The amount is a decimal string in the budget's currency."""

    line_id = fields.UUID(required=True)
    amount = fields.Decimal(required=True, as_string=True)
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    purpose = fields.String(
        required=True,
        validate=[validate.Length(max=2000), validate.Regexp(r"\s*\S", error="Say what it is for.")],
    )


class ClaimFilter(Schema):
    """Which claims to list."""

    state = fields.String(validate=validate.OneOf(get_args(State)))
    campaign_id = fields.UUID()


class ClaimView(Schema):
    """A claim. ``reason`` says why it was rejected."""

    id = fields.UUID(required=True)
    line_id = fields.UUID(required=True)
    budget_id = fields.UUID(required=True)
    campaign_id = fields.UUID(required=True)
    department = fields.String(required=True)
    approval_id = fields.UUID(required=True)
    claimant = fields.String(required=True)
    amount = Figure(required=True)
    currency = fields.String(required=True)
    purpose = fields.String(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
    submitted_at = fields.AwareDateTime(required=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True)
    settled_by = fields.String(required=True, allow_none=True)
