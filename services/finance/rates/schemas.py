"""What exchange rates look like over HTTP."""

from datetime import date

from marshmallow import Schema, fields, validate

from services.finance.views import Figure, Plain

_CODE = validate.Length(equal=3)
_SOURCE = validate.Length(min=1, max=64)


class RateFilter(Schema):
    """Which rates to list, for days from ``since`` to ``until``."""

    base = fields.String()
    quote = fields.String()
    since = fields.Date()
    until = fields.Date()


class NewRate(Schema):
    """One unit of ``base`` is ``rate`` units of ``quote`` on ``day``."""

    base = fields.String(required=True, validate=_CODE)
    quote = fields.String(required=True, validate=_CODE)
    day = fields.Date(required=True)
    rate = fields.Decimal(required=True, as_string=True)
    source = fields.String(load_default="by hand", validate=_SOURCE)


class ImportQuery(Schema):
    """Where the rates of the file come from."""

    source = fields.String(required=True, validate=_SOURCE)


class ConversionQuery(Schema):
    """What to convert, by the rate of which day; today's if none is named."""

    amount = fields.Decimal(required=True, as_string=True, validate=validate.Range(min=0, max=10**14))
    currency = fields.String(required=True, validate=_CODE)
    to = fields.String(required=True, validate=_CODE)
    on = fields.Date(load_default=date.today)


class RateView(Schema):
    id = fields.UUID(required=True)
    base = fields.String(required=True)
    quote = fields.String(required=True)
    day = fields.Date(required=True)
    rate = Plain(required=True)
    source = fields.String(required=True)
    sheet_id = fields.UUID(required=True)


class RateSheetView(Schema):
    """Rates that were recorded together."""

    id = fields.UUID(required=True)
    source = fields.String(required=True)
    count = fields.Integer(required=True)
    first_on = fields.Date(required=True)
    last_on = fields.Date(required=True)
    recorded_by = fields.String(required=True)
    recorded_at = fields.AwareDateTime(required=True)


class ConvertedView(Schema):
    """An amount in another currency. One unit of the original was ``rate`` units on ``rate_on``."""

    amount = Figure(required=True)
    currency = fields.String(required=True)
    original_amount = fields.Decimal(required=True, as_string=True)
    original_currency = fields.String(required=True)
    rate = Plain(required=True)
    rate_on = fields.Date(required=True)
