"""What transfers look like over HTTP."""

from typing import get_args

from marshmallow import Schema, fields, validate

from services.finance.transfers.model import State
from services.finance.views import Figure


class NewTransfer(Schema):
    """Budget to be moved between two lines of one currency. The amount is a decimal string."""

    from_line_id = fields.UUID(required=True)
    to_line_id = fields.UUID(required=True)
    amount = fields.Decimal(required=True, as_string=True)
    reason = fields.String(
        required=True, validate=[validate.Length(max=2000), validate.Regexp(r"\s*\S", error="Say why.")]
    )


class TransferFilter(Schema):
    """Which transfers to list. ``budget_id``: those that take from it or give to it."""

    state = fields.String(validate=validate.OneOf(get_args(State)))
    budget_id = fields.UUID()


class TransferView(Schema):
    """A transfer. ``comment`` says why it was rejected."""

    id = fields.UUID(required=True)
    from_budget_id = fields.UUID(required=True)
    from_line_id = fields.UUID(required=True)
    to_budget_id = fields.UUID(required=True)
    to_line_id = fields.UUID(required=True)
    department = fields.String(required=True)
    to_department = fields.String(required=True)
    approval_id = fields.UUID(required=True)
    amount = Figure(required=True)
    currency = fields.String(required=True)
    reason = fields.String(required=True)
    state = fields.String(required=True)
    comment = fields.String(required=True)
    requested_by = fields.String(required=True)
    requested_at = fields.AwareDateTime(required=True)
    settled_by = fields.String(required=True, allow_none=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True)
