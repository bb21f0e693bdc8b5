"""What sources look like over HTTP."""

from marshmallow import Schema, fields

from services.lead.customers.schemas import line
from services.lead.leads.schemas import amount, currency
from services.lead.sources.model import KINDS
from services.lead.tree_schemas import NewNode, NodeChange, NodeFilter, NodeView, kind_of


class SourceChange(NodeChange):
    """What of a source may change."""

    kind = kind_of(KINDS)


class NewSource(NewNode):
    """A source to add."""

    kind = kind_of(KINDS, required=True)


class SourceFilter(NodeFilter):
    """Which sources to list."""

    kind = kind_of(KINDS)


class SourceView(NodeView):
    """A source."""


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
