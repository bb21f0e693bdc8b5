"""What kinds of expense, allowances and policies look like over HTTP."""

from marshmallow import Schema, fields, validate

from services.finance.expenses.model import ON_BROKEN, RULES, UNITS
from services.finance.views import Figure, Plain

CODE = validate.Regexp(r"^[a-z][a-z0-9_]{0,63}\Z", error="Must be a code of small letters.")
REGION = validate.Regexp(
    r"^([A-Z]{2}(-[A-Z0-9]{1,10})*)?\Z", error="Must be a country or region such as DE or US-CA, or nothing."
)
CURRENCY = validate.Length(equal=3)
_NAME = [validate.Length(max=2000), validate.Regexp(r"\s*\S", error="Say something.")]
_DEPARTMENT = validate.Length(min=1, max=64)
_DAYS = validate.Range(min=0, max=3650)


class NewExpenseKind(Schema):
    """A kind of expense. What has a unit is claimed by quantity, and its amount follows from allowances."""

    code = fields.String(required=True, validate=CODE)
    name = fields.String(required=True, validate=_NAME)
    unit = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(UNITS))


class ExpenseKindView(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True, allow_none=True)


class NewAllowance(Schema):
    """One unit of ``kind`` is worth ``rate`` from ``valid_from`` on, in a region or, if none, anywhere."""

    kind = fields.String(required=True, validate=CODE)
    region = fields.String(load_default="", validate=REGION)
    rate = fields.Decimal(required=True, as_string=True)
    currency = fields.String(required=True, validate=CURRENCY)
    valid_from = fields.Date(required=True)


class AllowanceFilter(Schema):
    """Which allowances to list; ``on``: those that were valid from that day or before."""

    kind = fields.String(validate=CODE)
    region = fields.String(validate=REGION)
    on = fields.Date()


class AllowanceView(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    region = fields.String(required=True)
    rate = Plain(required=True)
    currency = fields.String(required=True)
    valid_from = fields.Date(required=True)
    recorded_by = fields.String(required=True)
    recorded_at = fields.AwareDateTime(required=True)


class NewExpensePolicy(Schema):
    """A rule that claims are held to. ``limit`` and ``currency`` say how much, ``days`` how old.

    Without a department or a kind it holds for all of them. A line that breaks it is refused, or flagged for
    those who approve the claim.
    """

    rule = fields.String(required=True, validate=validate.OneOf(RULES))
    department = fields.String(load_default=None, allow_none=True, validate=_DEPARTMENT)
    kind = fields.String(load_default=None, allow_none=True, validate=CODE)
    limit = fields.Decimal(load_default=None, allow_none=True, as_string=True)
    currency = fields.String(load_default=None, allow_none=True, validate=CURRENCY)
    days = fields.Integer(load_default=None, allow_none=True, validate=_DAYS)
    on_broken = fields.String(load_default="refuse", validate=validate.OneOf(ON_BROKEN))
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(load_default=None, allow_none=True)


class ExpensePolicyFilter(Schema):
    """Which policies to list. A kind or department also finds those that hold for all of them."""

    rule = fields.String(validate=validate.OneOf(RULES))
    kind = fields.String(validate=CODE)
    department = fields.String(validate=_DEPARTMENT)
    on = fields.Date()


class ExpensePolicyView(Schema):
    """A policy. It holds from ``valid_from`` until right before ``valid_until``."""

    id = fields.UUID(required=True)
    rule = fields.String(required=True)
    department = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True, allow_none=True)
    limit = Figure(required=True, allow_none=True)
    currency = fields.String(required=True, allow_none=True)
    days = fields.Integer(required=True, allow_none=True)
    on_broken = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    agreed_by = fields.String(required=True)
    agreed_at = fields.AwareDateTime(required=True)
    ended_by = fields.String(required=True, allow_none=True)
