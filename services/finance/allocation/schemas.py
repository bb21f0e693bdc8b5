"""What pools look like over HTTP."""

from typing import Any, get_args

from marshmallow import Schema, fields, post_load, validate

from contracts.finance.pools import Driver
from services.finance.allocation.model import Design, PoolCost, State
from services.finance.views import Figure, Plain

MOST_LINES, MOST_CAMPAIGNS, MOST_DOCUMENTS = 500, 1000, 20

WORDS = [validate.Length(max=2000), validate.Regexp(r"\s*\S", error="Must not be empty.")]


class NewPoolLine(Schema):
    """One cost. ``documents`` are ids of files that were uploaded before."""

    name = fields.String(required=True, validate=WORDS)
    amount = fields.Decimal(required=True, as_string=True)
    documents = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_DOCUMENTS))


class NewPool(Schema):
    """Indirect costs of a department and a period, and what they are to follow.

    Without ``campaign_ids`` all campaigns of the department bear them that ran in the period.
    """

    name = fields.String(required=True, validate=WORDS)
    department = fields.String(required=True, validate=validate.Length(min=1, max=64))
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    currency = fields.String(required=True, validate=validate.Length(equal=3))
    driver = fields.String(required=True, validate=validate.OneOf(get_args(Driver)))
    campaign_ids = fields.List(
        fields.UUID(), load_default=None, allow_none=True, validate=validate.Length(1, MOST_CAMPAIGNS)
    )
    lines = fields.List(fields.Nested(NewPoolLine), required=True, validate=validate.Length(1, MOST_LINES))

    @post_load
    def as_design(self, values: dict[str, Any], **_options: Any) -> dict[str, Design]:
        """What the actions take."""
        costs = [PoolCost(**line) for line in values.pop("lines")]
        return {"design": Design(costs=costs, **values)}


class Reversal(Schema):
    """Why an allocation is taken back."""

    reason = fields.String(required=True, validate=WORDS)


class PoolFilter(Schema):
    """Which pools to list; ``runs_on`` is a day of their period."""

    department = fields.String()
    state = fields.String(validate=validate.OneOf(get_args(State)))
    driver = fields.String(validate=validate.OneOf(get_args(Driver)))
    runs_on = fields.Date()


class PoolLineView(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    amount = Figure(required=True)
    documents = fields.List(fields.UUID(), required=True)


class PoolView(Schema):
    """A pool. ``run`` counts its allocations, ``reason`` says why the last one was reversed."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    department = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    currency = fields.String(required=True)
    driver = fields.String(required=True)
    campaign_ids = fields.List(fields.UUID(), required=True, allow_none=True)
    state = fields.String(required=True)
    run = fields.Integer(required=True)
    reason = fields.String(required=True)
    total = Figure(required=True)
    lines = fields.List(fields.Nested(PoolLineView), required=True)
    opened_by = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True)


class ShareView(Schema):
    """What a campaign would bear. ``value`` is what the driver measured, ``share`` its part of all.

    ``cost`` is what its budget is charged, converted where that is in another currency than the pool.
    """

    campaign_id = fields.UUID(required=True)
    budget_id = fields.UUID(required=True)
    campaign_code = fields.String(required=True)
    name = fields.String(required=True)
    value = fields.Decimal(required=True, as_string=True)
    share = fields.Decimal(required=True, as_string=True)
    amount = Figure(required=True)
    cost = Figure(required=True, currency="cost_currency")
    cost_currency = fields.String(required=True)
    exchange_rate = Plain(required=True, allow_none=True)
    exchange_rate_on = fields.Date(required=True, allow_none=True)


class LeftOutView(Schema):
    campaign_id = fields.UUID(required=True)
    campaign_code = fields.String(required=True)
    reason = fields.String(required=True)


class ProposalView(Schema):
    """Who would bear how much; the amounts add up to ``total``."""

    pool_id = fields.UUID(required=True)
    driver = fields.String(required=True)
    currency = fields.String(required=True)
    total = Figure(required=True)
    measured = fields.Decimal(required=True, as_string=True)
    shares = fields.List(fields.Nested(ShareView), required=True)
    left_out = fields.List(fields.Nested(LeftOutView), required=True)


class AllocationFilter(Schema):
    """Which of the pool's allocations."""

    run = fields.Integer(validate=validate.Range(min=1))


class AllocationView(Schema):
    """What a campaign bore of a pool in one run."""

    id = fields.UUID(required=True)
    run = fields.Integer(required=True)
    campaign_id = fields.UUID(required=True)
    budget_id = fields.UUID(required=True)
    campaign_code = fields.String(required=True)
    value = fields.Decimal(required=True, as_string=True)
    amount = Figure(required=True)
    currency = fields.String(required=True)
    cost = Figure(required=True, currency="cost_currency")
    cost_currency = fields.String(required=True)
    exchange_rate = Plain(required=True, allow_none=True)
    exchange_rate_on = fields.Date(required=True, allow_none=True)
