"""What a programme shows over HTTP."""

from typing import Any

from marshmallow import Schema, fields


class SumView(Schema):
    """An amount in one currency."""

    currency = fields.String()
    amount = fields.Decimal(as_string=True)


class GoalSumView(Schema):
    """The goals of one metric added up; ``currency`` is null unless the metric is money."""

    metric = fields.String()
    currency = fields.String(allow_none=True)
    target = fields.Decimal(as_string=True)


class FiguresView(Schema):
    """What is planned and what came of it. Currencies are kept apart; rates are not added up."""

    campaigns = fields.Integer()
    budget = fields.List(fields.Nested(SumView))
    goals = fields.List(fields.Nested(GoalSumView))
    targets = fields.Integer()
    responses = fields.Integer()
    leads = fields.Integer()
    by_status = fields.Dict(keys=fields.String(), values=fields.Integer())
    by_state = fields.Dict(keys=fields.String(), values=fields.Integer())
    starts_on = fields.Date()
    ends_on = fields.Date()

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Sums by key are shown as lists, in the order of their keys."""
        if attr == "budget":
            return [{"currency": key, "amount": amount} for key, amount in sorted(obj.budget.items())]
        if attr == "goals":
            rows = sorted(obj.goals.items(), key=lambda row: (row[0][0], row[0][1] or ""))
            return [{"metric": key[0], "currency": key[1], "target": target} for key, target in rows]
        return super().get_attribute(obj, attr, default)


class NodeView(Schema):
    """A campaign of a programme: its own figures, those with everything below it, and its parts."""

    id = fields.UUID(attribute="campaign.id")
    code = fields.String(attribute="campaign.code")
    name = fields.String(attribute="campaign.name")
    kind = fields.String(attribute="campaign.kind")
    state = fields.String(attribute="campaign.state")
    owner = fields.String(attribute="campaign.owner")
    own = fields.Nested(FiguresView)
    total = fields.Nested(FiguresView)
    parts = fields.List(fields.Nested(f"{__name__}.NodeView"))
