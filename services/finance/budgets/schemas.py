"""What budgets look like over HTTP."""

from marshmallow import Schema, fields

from services.finance.views import Figure


class BudgetFilter(Schema):
    """Which budgets to list."""

    campaign_id = fields.UUID()


class Figures(Schema):
    """available = budget - committed - incurred, always."""

    budget = Figure(required=True)
    committed = Figure(required=True)
    incurred = Figure(required=True)
    available = Figure(required=True)


class LineView(Figures):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, allow_none=True)
    responsible = fields.String(required=True)


class BudgetView(Schema):
    id = fields.UUID(required=True)
    campaign_id = fields.UUID(required=True)
    campaign_code = fields.String(required=True)
    name = fields.String(required=True)
    department = fields.String(required=True)
    plan_version = fields.Integer(required=True)
    currency = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True)
    suspended_at = fields.AwareDateTime(required=True, allow_none=True)
    suspension_reason = fields.String(required=True)
    total = fields.Nested(Figures, required=True)
    lines = fields.List(fields.Nested(LineView), required=True)


class EntryView(Figures):
    """One posting, with the line's figures right after it."""

    id = fields.UUID(required=True)
    sequence = fields.Integer(required=True)
    line_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    amount = Figure(required=True)
    currency = fields.String(required=True)
    claim_id = fields.UUID(required=True, allow_none=True)
    source = fields.String(required=True, allow_none=True)
    source_id = fields.UUID(required=True, allow_none=True)
    note = fields.String(required=True)
    posted_by = fields.String(required=True)
    posted_at = fields.AwareDateTime(required=True)
