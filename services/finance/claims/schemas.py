"""What claims look like over HTTP."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.finance.claims.items import NewItem
from services.finance.claims.model import State
from services.finance.expenses.schemas import CODE, CURRENCY, REGION
from services.finance.views import Figure, Plain

_PURPOSE = [validate.Length(max=2000), validate.Regexp(r"\s*\S", error="Say what it is for.")]


class NewClaimLine(Schema):
    """One line of a claim. ``kind`` is one of the kinds of expense, such as travel, lodging or material.

    What was spent in another ``currency`` is converted by the rate of its day. Kinds with a unit, such as
    mileage, are claimed by ``quantity`` and, where allowances differ, ``region``: the amount follows.
    """

    line_id = fields.UUID(required=True)
    amount = fields.Decimal(as_string=True)
    currency = fields.String(load_default=None, allow_none=True, validate=CURRENCY)
    quantity = fields.Decimal(load_default=None, allow_none=True, as_string=True)
    region = fields.String(load_default="", validate=REGION)
    kind = fields.String(load_default="other", validate=CODE)
    spent_on = fields.Date(load_default=None, allow_none=True)
    description = fields.String(load_default="", validate=validate.Length(max=2000))
    tax = fields.Decimal(load_default=None, allow_none=True, as_string=True)
    receipt_number = fields.String(load_default="", validate=validate.Length(max=64))
    documents = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=20))

    @validates_schema
    def _asks_for_something(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("quantity") is None:
            if "amount" not in data:
                raise ValidationError({"amount": ["Missing data for required field."]})
        elif given := {"amount", "currency", "tax"} & {name for name in data if data[name] is not None}:
            raise ValidationError({name: ["Follows from the quantity."] for name in sorted(given)})

    @post_load
    def _item(self, data: dict[str, Any], **_options: Any) -> NewItem:
        return NewItem(**{**data, "documents": tuple(data["documents"])})


_LINES = validate.Length(min=1, max=100)


def _placed(items: Sequence[NewItem]) -> list[NewItem]:
    """The items, each with the name that its fields go by."""
    return [replace(item, place=f"lines.{place}.") for place, item in enumerate(items)]


class ClaimChange(Schema):
    """What a claim asks for, all lines of it. ``currency`` is that of lines that name none."""

    purpose = fields.String(required=True, validate=_PURPOSE)
    lines = fields.List(fields.Nested(NewClaimLine), required=True, validate=_LINES)
    currency = fields.String(load_default=None, allow_none=True, validate=CURRENCY)

    @post_load
    def _items(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return {"items": _placed(data.pop("lines")), **data}


class NewClaim(Schema):
    """An expense to be claimed: ``lines``, or the ``line_id`` and ``amount`` of a single one.

    Amounts are decimal strings in ``currency`` where a line names no other; what is not in the budget's is
    converted by the rate of its day. A ``draft`` is handed in later.
    """

    line_id = fields.UUID()
    amount = fields.Decimal(as_string=True)
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    purpose = fields.String(required=True, validate=_PURPOSE)
    lines = fields.List(fields.Nested(NewClaimLine), validate=_LINES)
    draft = fields.Boolean(load_default=False)

    @validates_schema
    def _asks_for_something(self, data: dict[str, Any], **_options: Any) -> None:
        single = {"line_id", "amount"}
        if "lines" in data:
            given = sorted(single & data.keys())
            if given:
                raise ValidationError({name: ["Give it with the lines."] for name in given})
        elif missing := sorted(single - data.keys()):
            raise ValidationError({name: ["Missing data for required field."] for name in missing})

    @post_load
    def _items(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        items = data.get("lines")
        if items is not None:
            items = _placed(items)
        else:
            items = [NewItem(data["line_id"], data["amount"], description=data["purpose"])]
        return {"items": items} | {name: data[name] for name in ("currency", "purpose", "draft")}


class NewClearance(Schema):
    """Why a receipt may be claimed again."""

    reason = fields.String(required=True, validate=_PURPOSE)


class BreachView(Schema):
    """A rule that a line breaks. Where it ``refuses``, the claim is not taken as it is."""

    rule = fields.String(required=True)
    says = fields.String(required=True)
    refuses = fields.Boolean(required=True)


class ClaimLineView(Schema):
    """One line: what was asked as ``amount``, what was ``granted`` of it, and why not all.

    ``original_amount`` is what was spent; one unit of its currency was ``exchange_rate`` on a day. A line
    claimed by ``quantity`` was worth ``unit_rate`` a unit, an allowance valid from ``unit_rate_since`` on.
    """

    id = fields.UUID(required=True)
    line_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    spent_on = fields.Date(required=True, allow_none=True)
    description = fields.String(required=True)
    amount = Figure(required=True)
    tax = Figure(required=True, allow_none=True)
    original_amount = Figure(required=True, currency="original_currency")
    original_currency = fields.String(required=True)
    original_tax = Figure(required=True, allow_none=True, currency="original_currency")
    exchange_rate = Plain(required=True, allow_none=True)
    exchange_rate_on = fields.Date(required=True, allow_none=True)
    quantity = Plain(required=True, allow_none=True)
    unit = fields.String(required=True, allow_none=True)
    unit_rate = Plain(required=True, allow_none=True)
    unit_rate_since = fields.Date(required=True, allow_none=True)
    region = fields.String(required=True)
    breaches = fields.List(fields.Nested(BreachView), required=True)
    receipt_number = fields.String(required=True)
    documents = fields.List(fields.UUID(), required=True)
    granted = Figure(required=True, allow_none=True)
    reason = fields.String(required=True)


class ClaimFilter(Schema):
    """Which claims to list, handed in from ``submitted_since`` on and before ``submitted_until``."""

    state = fields.String(validate=validate.OneOf(get_args(State)))
    campaign_id = fields.UUID()
    claimant = fields.String(validate=validate.Length(max=255))
    currency = fields.String(validate=CURRENCY)
    department = fields.String(validate=validate.Length(min=1, max=64))
    kind = fields.String(validate=CODE)
    submitted_since = fields.AwareDateTime()
    submitted_until = fields.AwareDateTime()


class ClaimView(Schema):
    """A claim. ``reason`` says why it was rejected or sent back; ``granted`` is what the desk agreed to.

    ``advanced`` is what the claimant had been given in advance, ``paid_out`` the rest of what is due.
    """

    id = fields.UUID(required=True)
    line_id = fields.UUID(required=True)
    budget_id = fields.UUID(required=True)
    campaign_id = fields.UUID(required=True)
    department = fields.String(required=True)
    approval_id = fields.UUID(required=True, allow_none=True)
    claimant = fields.String(required=True)
    amount = Figure(required=True)
    granted = Figure(required=True, allow_none=True)
    advanced = Figure(required=True)
    paid_out = Figure(required=True)
    currency = fields.String(required=True)
    edition = fields.Integer(required=True)
    lines = fields.List(fields.Nested(ClaimLineView), required=True, attribute="items")
    cleared_by = fields.String(required=True, allow_none=True)
    cleared_because = fields.String(required=True)
    purpose = fields.String(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
    submitted_at = fields.AwareDateTime(required=True, allow_none=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True)
    settled_by = fields.String(required=True, allow_none=True)
