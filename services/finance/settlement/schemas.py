"""What a settlement looks like over HTTP."""

from marshmallow import Schema, fields, validate

from services.finance.views import Figure


class ActualFigures(Schema):
    """actual = direct + allocated, variance = budget - actual, so that it is negative when overspent."""

    planned = Figure(required=True)
    budget = Figure(required=True)
    committed = Figure(required=True)
    direct = Figure(required=True)
    allocated = Figure(required=True)
    actual = Figure(required=True)
    variance = Figure(required=True)


class LineActuals(ActualFigures):
    line_id = fields.UUID(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, allow_none=True)


class KindActuals(ActualFigures):
    kind = fields.String(required=True, allow_none=True)


class ReportView(Schema):
    """Planned against actual of a budget, by line and by kind."""

    budget_id = fields.UUID(required=True)
    campaign_id = fields.UUID(required=True)
    campaign_code = fields.String(required=True)
    currency = fields.String(required=True)
    total = fields.Nested(ActualFigures, required=True)
    lines = fields.List(fields.Nested(LineActuals), required=True)
    kinds = fields.List(fields.Nested(KindActuals), required=True)


class ItemView(Schema):
    """``ok``, ``blocks`` the settlement, or is ``released`` by it."""

    subject = fields.String(required=True)
    status = fields.String(required=True)
    detail = fields.String(required=True)
    amount = Figure(required=True, allow_none=True)
    source = fields.String(required=True, allow_none=True)
    source_id = fields.UUID(required=True, allow_none=True)


class ChecklistView(Schema):
    """Whether the budget may be settled, and what each item says to that."""

    budget_id = fields.UUID(required=True)
    campaign_id = fields.UUID(required=True)
    currency = fields.String(required=True)
    ready = fields.Boolean(required=True)
    items = fields.List(fields.Nested(ItemView), required=True)
    total = fields.Nested(ActualFigures, required=True)


class NewReopening(Schema):
    """Why the settlement is taken back."""

    reason = fields.String(
        required=True, validate=[validate.Length(max=2000), validate.Regexp(r"\s*\S", error="Say why.")]
    )


class ReopeningView(Schema):
    reason = fields.String(required=True)
    reopened_by = fields.String(required=True)
    reopened_at = fields.AwareDateTime(required=True)


class SettlementView(Schema):
    """What a budget came to. ``reopening`` is there where that was taken back."""

    id = fields.UUID(required=True)
    budget_id = fields.UUID(required=True)
    campaign_id = fields.UUID(required=True)
    currency = fields.String(required=True)
    planned = Figure(required=True)
    budget = Figure(required=True)
    direct = Figure(required=True)
    allocated = Figure(required=True)
    actual = Figure(required=True)
    variance = Figure(required=True)
    released = Figure(required=True)
    lines = fields.List(fields.Dict(), required=True)
    settled_by = fields.String(required=True)
    settled_at = fields.AwareDateTime(required=True)
    reopening = fields.Nested(ReopeningView, required=True, allow_none=True)
