"""What invoices look like over HTTP."""

from typing import get_args

from marshmallow import Schema, fields, validate

from services.finance.invoices.model import InvoiceKind, State
from services.finance.purchases.schemas import PRICE, QUANTITY, SAID, exact
from services.finance.views import Figure, Plain

_NUMBER = [validate.Length(max=200), validate.Regexp(r"\s*\S", error="Say something.")]


class NewInvoiceLine(Schema):
    item_id = fields.UUID(required=True)
    quantity = exact(least=QUANTITY)
    unit_price = exact(least=PRICE)


class NewInvoice(Schema):
    """An invoice or credit note, with positive figures either way. Due by the supplier's terms if unsaid."""

    kind = fields.String(load_default="invoice", validate=validate.OneOf(get_args(InvoiceKind)))
    number = fields.String(required=True, validate=_NUMBER)
    invoiced_on = fields.Date(required=True)
    due_on = fields.Date(load_default=None, allow_none=True)
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    lines = fields.List(
        fields.Nested(NewInvoiceLine), required=True, validate=validate.Length(min=1, max=100)
    )
    documents = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=20))


class Judgement(Schema):
    comment = fields.String(required=True, validate=SAID)


class NewPayment(Schema):
    reference = fields.String(required=True, validate=_NUMBER)
    paid_at = fields.AwareDateTime(load_default=None, allow_none=True)


class InvoiceFilter(Schema):
    """Which invoices to list; overdue: past the due date and still open."""

    state = fields.String(validate=validate.OneOf(get_args(State)))
    supplier_id = fields.UUID()
    campaign_id = fields.UUID()
    purchase_id = fields.UUID()
    due_before = fields.Date()
    overdue = fields.Boolean()


class InvoiceLineView(Schema):
    item_id = fields.UUID(required=True)
    quantity = fields.Decimal(required=True, as_string=True)
    unit_price = fields.Decimal(required=True, as_string=True)
    amount = Figure(required=True)
    cost = Figure(required=True, currency="cost_currency")
    cost_currency = fields.String(required=True)
    exchange_rate = Plain(required=True, allow_none=True)
    exchange_rate_on = fields.Date(required=True, allow_none=True)


class InvoiceView(Schema):
    """An invoice. ``problems`` says what did not match; ``cost`` is in the currency of the budget."""

    id = fields.UUID(required=True)
    purchase_id = fields.UUID(required=True)
    supplier_id = fields.UUID(required=True)
    campaign_id = fields.UUID(required=True)
    department = fields.String(required=True)
    kind = fields.String(required=True)
    number = fields.String(required=True)
    invoiced_on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    currency = fields.String(required=True)
    documents = fields.List(fields.UUID(), required=True)
    state = fields.String(required=True)
    problems = fields.List(fields.String(), required=True)
    entered_by = fields.String(required=True)
    entered_at = fields.AwareDateTime(required=True)
    decided_by = fields.String(required=True, allow_none=True)
    comment = fields.String(required=True)
    paid_at = fields.AwareDateTime(required=True, allow_none=True)
    paid_by = fields.String(required=True, allow_none=True)
    reference = fields.String(required=True)
    total = Figure(required=True)
    lines = fields.List(fields.Nested(InvoiceLineView), required=True)
