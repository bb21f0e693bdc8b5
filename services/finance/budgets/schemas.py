"""What budgets look like over HTTP."""

from marshmallow import Schema, fields, validate

from services.finance.budgets.ledger import KINDS, POLICIES
from services.finance.views import Figure


class BudgetFilter(Schema):
    """Which budgets to list; ``responsible``: those with a line that this person answers for."""

    campaign_id = fields.UUID()
    campaign_code = fields.String(validate=validate.Length(min=1, max=64))
    department = fields.String(validate=validate.Length(min=1, max=64))
    currency = fields.String(validate=validate.Length(equal=3))
    responsible = fields.String(validate=validate.Length(min=1, max=255))
    settled = fields.Boolean()


class AtMoment(Schema):
    """How it stood ``at`` a moment; left out, how it stands."""

    at = fields.AwareDateTime()


class EntryFilter(Schema):
    """Which entries to list: from ``since`` on and before ``until``."""

    line_id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(KINDS))
    source = fields.String()
    source_id = fields.UUID()
    posted_by = fields.String()
    since = fields.AwareDateTime()
    until = fields.AwareDateTime()


class NewAdjustment(Schema):
    """What to add to a line's budget, or to take from it with a minus sign, and why."""

    amount = fields.Decimal(required=True, as_string=True)
    reason = fields.String(
        required=True, validate=[validate.Length(max=2000), validate.Regexp(r"\s*\S", error="Say why.")]
    )


class LineChange(Schema):
    """What to say anew of a line."""

    on_breach = fields.String(validate=validate.OneOf(POLICIES))
    responsible = fields.String(validate=validate.Length(min=1, max=255))


class Figures(Schema):
    """available = budget - committed - incurred, always."""

    budget = Figure(required=True)
    committed = Figure(required=True)
    incurred = Figure(required=True)
    available = Figure(required=True)


class Terms(Schema):
    """What a plan says of a line."""

    name = fields.String(required=True)
    kind = fields.String(required=True, allow_none=True)
    starts_on = fields.Date(required=True, allow_none=True)
    ends_on = fields.Date(required=True, allow_none=True)
    responsible = fields.String(required=True)
    on_breach = fields.String(required=True)


class LineView(Figures, Terms):
    """A line. One that has left the plan is closed: it settles what is committed and takes nothing more."""

    id = fields.UUID(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)


class VersionLineView(Terms):
    line_id = fields.UUID(required=True)
    amount = Figure(required=True)


class VersionView(Schema):
    """What a version of the plan gave to each line."""

    plan_version = fields.Integer(required=True)
    currency = fields.String(required=True)
    total = Figure(required=True)
    approved_by = fields.String(required=True)
    approved_at = fields.AwareDateTime(required=True)
    lines = fields.List(fields.Nested(VersionLineView), required=True)


class BudgetView(Schema):
    id = fields.UUID(required=True)
    campaign_id = fields.UUID(required=True)
    campaign_code = fields.String(required=True)
    name = fields.String(required=True)
    department = fields.String(required=True)
    envelope_id = fields.UUID(required=True, allow_none=True)
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
