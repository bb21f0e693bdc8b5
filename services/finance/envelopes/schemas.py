"""What envelopes look like over HTTP."""

from marshmallow import Schema, fields, validate

from services.finance.budgets.ledger import POLICIES
from services.finance.views import Figure

_REASON = validate.Regexp(r"\s*\S", error="Say why.")


class EnvelopeFilter(Schema):
    """Which envelopes to list. ``on``: those whose period has that day."""

    department = fields.String()
    currency = fields.String()
    on = fields.Date()


class NewEnvelope(Schema):
    """An amount for the campaigns of a department that start in a period, its last day included."""

    department = fields.String(required=True, validate=validate.Length(min=1, max=64))
    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    amount = fields.Decimal(required=True, as_string=True)
    on_breach = fields.String(load_default="stop", validate=validate.OneOf(POLICIES))


class EnvelopeChange(Schema):
    """What to set anew, and why."""

    amount = fields.Decimal(as_string=True)
    on_breach = fields.String(validate=validate.OneOf(POLICIES))
    reason = fields.String(required=True, validate=[validate.Length(max=2000), _REASON])


class EnvelopeView(Schema):
    """An envelope: available = amount - allotted."""

    id = fields.UUID(required=True)
    department = fields.String(required=True)
    name = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    currency = fields.String(required=True)
    amount = Figure(required=True)
    allotted = Figure(required=True)
    available = Figure(required=True)
    on_breach = fields.String(required=True)
    opened_by = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True)


class EnvelopeEntryView(Schema):
    """One change of an envelope, with its figures right after it. ``set``: its amount; ``draw``: a budget."""

    id = fields.UUID(required=True)
    sequence = fields.Integer(required=True)
    kind = fields.String(required=True)
    budget_id = fields.UUID(required=True, allow_none=True)
    change = Figure(required=True)
    currency = fields.String(required=True)
    amount = Figure(required=True)
    allotted = Figure(required=True)
    available = Figure(required=True)
    note = fields.String(required=True)
    posted_by = fields.String(required=True)
    posted_at = fields.AwareDateTime(required=True)
