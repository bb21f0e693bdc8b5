"""What sources look like over HTTP."""

from marshmallow import Schema, fields, validate

from services.lead.customers.schemas import Line, code, line
from services.lead.leads.schemas import amount, currency
from services.lead.sources.model import KINDS


class SourceChange(Schema):
    """What of a source may change."""

    name = Line(validate=validate.Length(min=1, max=200))
    kind = fields.String(validate=validate.OneOf(KINDS))
    parent_id = fields.UUID(allow_none=True)
    retired = fields.Boolean()


class NewSource(Schema):
    """A source to add."""

    department = line(64, required=True)
    code = code(required=True)
    name = line(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    parent_id = fields.UUID(allow_none=True)


class SourceFilter(Schema):
    """Which sources to list."""

    q = Line(metadata={"description": "part of the code or name"})
    department = line(64)
    kind = fields.String(validate=validate.OneOf(KINDS))
    parent_id = fields.UUID()
    retired = fields.Boolean()


class SourceView(Schema):
    """A source."""

    id = fields.UUID()
    version = fields.Integer()
    department = fields.String()
    code = fields.String()
    name = fields.String()
    kind = fields.String()
    parent_id = fields.UUID(allow_none=True)
    retired = fields.Boolean()


class NewCost(Schema):
    """What a source cost from one day to another, both included."""

    amount = amount(required=True)
    currency = currency(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    note = line()


class CostView(Schema):
    """A cost of a source."""

    id = fields.UUID()
    source_id = fields.UUID()
    amount = fields.Decimal(as_string=True)
    currency = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    note = fields.String()
    entered_by = fields.String()
    entered_at = fields.DateTime()


class TotalView(Schema):
    """What a source and those below it cost in one currency; ``per_lead`` is that for each lead."""

    currency = fields.String()
    amount = fields.Decimal(as_string=True)
    per_lead = fields.Decimal(as_string=True, allow_none=True)


class SourceDetailView(SourceView):
    """A source with its costs, and what it and those below it cost and brought."""

    path = fields.List(fields.String())
    costs = fields.List(fields.Nested(CostView))
    totals = fields.List(fields.Nested(TotalView))
    contacts = fields.Integer()
    leads = fields.Integer()
