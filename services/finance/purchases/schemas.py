"""What purchases look like over HTTP."""

from decimal import Decimal
from typing import get_args

from marshmallow import Schema, ValidationError, fields, validate

from services.finance.purchases.model import State
from services.finance.views import Figure, Plain

CODE = validate.Length(min=1, max=64)
TEXT = validate.Length(max=2000)
SAID = [TEXT, validate.Regexp(r"\s*\S", error="Say something.")]
QUANTITY = validate.Range(min=0, min_inclusive=False, max=10**9)
PRICE = validate.Range(min=0, max=10**9)


def exact(*, least: validate.Range) -> fields.Decimal:
    """A required decimal string with at most four decimals; more are refused, not rounded."""
    return fields.Decimal(required=True, as_string=True, validate=[least, _four_decimals])


def _four_decimals(number: Decimal) -> None:
    if number != round(number, 4):
        raise ValidationError("At most 4 decimals.")


class NewLine(Schema):
    """One thing to buy. ``line_id`` is the budget line that pays."""

    kind = fields.String(required=True, validate=CODE)
    description = fields.String(required=True, validate=SAID)
    quantity = exact(least=QUANTITY)
    unit_price = exact(least=PRICE)
    line_id = fields.UUID(required=True)
    needed_on = fields.Date(load_default=None, allow_none=True)


class NewPurchase(Schema):
    """A purchase to be approved. All lines are paid from one budget.

    ``currency`` is that of the prices; if it is not the budget's, they are converted by the rate of the day.
    """

    supplier_id = fields.UUID(required=True)
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    reason = fields.String(required=True, validate=SAID)
    lines = fields.List(fields.Nested(NewLine), required=True, validate=validate.Length(min=1, max=100))
    documents = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=20))


class NewOrder(Schema):
    expected_on = fields.Date(load_default=None, allow_none=True)


class ReceivedLine(Schema):
    item_id = fields.UUID(required=True)
    quantity = exact(least=QUANTITY)


class NewReceipt(Schema):
    """What arrived."""

    items = fields.List(fields.Nested(ReceivedLine), required=True, validate=validate.Length(min=1, max=100))
    note = fields.String(load_default="", validate=TEXT)
    documents = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=20))


class Cancelling(Schema):
    reason = fields.String(required=True, validate=SAID)


class NewKind(Schema):
    code = fields.String(required=True, validate=validate.Regexp("^[a-z][a-z0-9_]{0,63}$"))
    name = fields.String(required=True, validate=SAID)


class KindView(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)


class PurchaseFilter(Schema):
    """Which purchases to list. Due is the expected date."""

    state = fields.String(validate=validate.OneOf(get_args(State)))
    supplier_id = fields.UUID()
    campaign_id = fields.UUID()
    line_id = fields.UUID()
    kind = fields.String(validate=CODE)
    due_before = fields.Date()
    overdue = fields.Boolean()


class PurchaseLineView(Schema):
    """One line, with what became of it.

    The price and ``original_amount`` are in ``price_currency``, all else in that of the budget.
    """

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    description = fields.String(required=True)
    quantity = fields.Decimal(required=True, as_string=True)
    unit_price = fields.Decimal(required=True, as_string=True)
    price_currency = fields.String(required=True)
    original_amount = Figure(required=True, currency="price_currency")
    exchange_rate = Plain(required=True, allow_none=True)
    exchange_rate_on = fields.Date(required=True, allow_none=True)
    line_id = fields.UUID(required=True)
    needed_on = fields.Date(required=True, allow_none=True)
    amount = Figure(required=True)
    granted = Figure(required=True)
    received = fields.Decimal(required=True, as_string=True)
    invoiced = fields.Decimal(required=True, as_string=True)
    committed = Figure(required=True)
    incurred = Figure(required=True)


class CommitmentView(Schema):
    """A purchase line for which something is still committed."""

    id = fields.UUID(required=True)
    purchase_id = fields.UUID(required=True)
    line_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    description = fields.String(required=True)
    committed = Figure(required=True)
    currency = fields.String(required=True)


class PurchaseView(Schema):
    """A purchase. ``outcome_reason`` says why it was turned down, withdrawn or cancelled."""

    id = fields.UUID(required=True)
    budget_id = fields.UUID(required=True)
    campaign_id = fields.UUID(required=True)
    department = fields.String(required=True)
    supplier_id = fields.UUID(required=True)
    requested_by = fields.String(required=True)
    requested_at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True)
    currency = fields.String(required=True)
    price_currency = fields.String(required=True)
    original_total = Figure(required=True, currency="price_currency")
    documents = fields.List(fields.UUID(), required=True)
    request_version = fields.Integer(required=True)
    approval_id = fields.UUID(required=True)
    state = fields.String(required=True)
    outcome_reason = fields.String(required=True)
    order_number = fields.String(required=True, allow_none=True)
    ordered_at = fields.AwareDateTime(required=True, allow_none=True)
    expected_on = fields.Date(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    total = Figure(required=True)
    granted = Figure(required=True)
    committed = Figure(required=True)
    incurred = Figure(required=True)
    lines = fields.List(fields.Nested(PurchaseLineView), required=True)


class ReceiptView(Schema):
    id = fields.UUID(required=True)
    item_id = fields.UUID(required=True)
    quantity = fields.Decimal(required=True, as_string=True)
    note = fields.String(required=True)
    documents = fields.List(fields.UUID(), required=True)
    received_by = fields.String(required=True)
    received_at = fields.AwareDateTime(required=True)
