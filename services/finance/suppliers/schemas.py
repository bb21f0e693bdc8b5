"""What suppliers look like over HTTP."""

from typing import get_args

from marshmallow import Schema, fields, validate

from services.finance.suppliers.model import State

_TEXT = validate.Length(max=2000)
_CODE = validate.Length(min=1, max=64)
_SAID = [_TEXT, validate.Regexp(r"\s*\S", error="Say something.")]


class NewSupplier(Schema):
    """A supplier. Without a department all departments share it."""

    code = fields.String(required=True, validate=_CODE)
    name = fields.String(required=True, validate=_SAID)
    tax_id = fields.String(load_default="", validate=validate.Length(max=64))
    address = fields.String(load_default="", validate=_TEXT)
    contact = fields.String(load_default="", validate=_TEXT)
    iban = fields.String(load_default="", validate=validate.Length(max=64))
    bic = fields.String(load_default="", validate=validate.Length(max=16))
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    payment_days = fields.Integer(strict=True, load_default=30, validate=validate.Range(min=0, max=365))
    department = fields.String(load_default=None, allow_none=True, validate=_CODE)


class Blocking(Schema):
    reason = fields.String(required=True, validate=_SAID)


class SupplierFilter(Schema):
    """Which suppliers to list. ``search`` looks into code, name and tax id."""

    state = fields.String(validate=validate.OneOf(get_args(State)))
    search = fields.String(validate=validate.Length(min=1, max=200))


class SupplierView(Schema):
    id = fields.UUID(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    tax_id = fields.String(required=True)
    address = fields.String(required=True)
    contact = fields.String(required=True)
    iban = fields.String(required=True)
    bic = fields.String(required=True)
    currency = fields.String(required=True)
    payment_days = fields.Integer(required=True)
    department = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
