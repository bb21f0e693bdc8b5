"""What advances look like over HTTP."""

from typing import get_args

from marshmallow import Schema, fields, validate

from services.finance.advances.model import State
from services.finance.views import Figure


class NewAdvance(Schema):
    """Money that is needed before it is spent. The amount is a decimal string in the budget's currency."""

    line_id = fields.UUID(required=True)
    amount = fields.Decimal(required=True, as_string=True)
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    purpose = fields.String(
        required=True,
        validate=[validate.Length(max=2000), validate.Regexp(r"\s*\S", error="Say what it is for.")],
    )
    needed_on = fields.Date(required=True)


class NewRepayment(Schema):
    """What of an advance came back."""

    amount = fields.Decimal(required=True, as_string=True)
    note = fields.String(load_default="", validate=validate.Length(max=2000))


class AdvanceFilter(Schema):
    """Which advances to list. ``older_than_days`` counts from payment, or else from the request."""

    state = fields.String(validate=validate.OneOf(get_args(State)))
    person = fields.String(validate=validate.Length(max=255))
    campaign_id = fields.UUID()
    older_than_days = fields.Integer(validate=validate.Range(min=0, max=36500))


class AdvanceEntryView(Schema):
    """A part that was settled: against a claim, or by repayment."""

    kind = fields.String(required=True)
    claim_id = fields.UUID(required=True, allow_none=True)
    amount = Figure(required=True)
    note = fields.String(required=True)
    noted_by = fields.String(required=True)
    noted_at = fields.AwareDateTime(required=True)


class AdvanceView(Schema):
    """An advance. ``open`` is what the person still has of it; ``reason`` says why it was rejected."""

    id = fields.UUID(required=True)
    line_id = fields.UUID(required=True)
    budget_id = fields.UUID(required=True)
    campaign_id = fields.UUID(required=True)
    department = fields.String(required=True)
    approval_id = fields.UUID(required=True)
    person = fields.String(required=True)
    amount = Figure(required=True)
    used = Figure(required=True)
    repaid = Figure(required=True)
    open = Figure(required=True)
    currency = fields.String(required=True)
    purpose = fields.String(required=True)
    needed_on = fields.Date(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
    age_in_days = fields.Integer(required=True, allow_none=True)
    requested_at = fields.AwareDateTime(required=True)
    approved_at = fields.AwareDateTime(required=True, allow_none=True)
    paid_at = fields.AwareDateTime(required=True, allow_none=True)
    paid_by = fields.String(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    entries = fields.List(fields.Nested(AdvanceEntryView), required=True)
