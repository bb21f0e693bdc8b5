"""What changes and amendments take and show over HTTP."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.campaign.changing.model import STATES
from services.campaign.planning.schemas import CODE, LINE, PERSON, REASON, BudgetLineSchema, GoalSchema
from services.campaign.procurement.schemas import AmendedItemSchema


class Changeable(Schema):
    """The fields of a campaign that may change once it is approved; what is left out stays as it is."""

    name = fields.String(validate=LINE)
    message = fields.String(validate=validate.Length(max=2000))
    owner = fields.String(validate=PERSON)
    purposes = fields.List(fields.String(validate=CODE), validate=validate.Length(max=50))
    products = fields.List(fields.String(validate=CODE), validate=validate.Length(max=100))
    region = fields.String(allow_none=True, validate=CODE)
    regions = fields.List(fields.String(validate=CODE), validate=validate.Length(max=50))
    goals = fields.List(fields.Nested(GoalSchema), validate=validate.Length(max=50))
    starts_on = fields.Date()
    ends_on = fields.Date()


class DirectChange(Changeable):
    """A change of a campaign under way. Dates move within those that were approved."""

    reason = fields.String(validate=REASON, metadata={"description": "kept with the change"})

    @post_load
    def split(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Tell the new values from the reason."""
        reason = data.pop("reason", "")
        return {"values": data, "reason": reason}


class AmendedFields(Changeable):
    """What an amendment may change beside that: budget and purchases, each as the whole list."""

    budget = fields.List(
        fields.Nested(BudgetLineSchema),
        validate=validate.Length(max=200),
        metadata={"description": "a line that is left out is dropped; amounts are in the plan's currency"},
    )
    purchases = fields.List(
        fields.Nested(AmendedItemSchema),
        validate=validate.Length(max=500),
        metadata={"description": "all that shall be bought, also from lines that this amendment adds"},
    )


class NewAmendment(Schema):
    """A change that the approval desk shall agree to."""

    changes = fields.Nested(AmendedFields, required=True)
    reason = fields.String(required=True, validate=(validate.Length(min=1), REASON))

    @post_load
    def split(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Tell the purchases from what belongs to the design."""
        purchases = data["changes"].pop("purchases", None)
        return {"values": data["changes"], "purchases": purchases, "reason": data["reason"]}


class ChangeFilter(Schema):
    """Narrows the changes of a campaign."""

    field = fields.String(metadata={"description": "a path, or the beginning of one: budget, goals.leads"})
    by = fields.String(validate=PERSON)
    amendment_id = fields.UUID()
    since = fields.AwareDateTime()
    until = fields.AwareDateTime()


class ChangeView(Schema):
    """One field that was changed. ``before`` and ``after`` are null where it was not, or is not, there."""

    id = fields.UUID()
    at = fields.AwareDateTime()
    by = fields.String()
    field = fields.String()
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)
    reason = fields.String()
    amendment_id = fields.UUID(allow_none=True)


class AmendmentFilter(Schema):
    """Narrows the amendments of a campaign."""

    state = fields.String(validate=validate.OneOf(STATES))


class AmendmentView(Schema):
    """An amendment, and what became of it. ``content`` is the plan that it asks for."""

    id = fields.UUID()
    campaign_id = fields.UUID()
    plan_version = fields.Integer()
    plan_hash = fields.String()
    state = fields.String()
    changes = fields.Dict()
    content = fields.Dict()
    reason = fields.String()
    made_by = fields.String()
    made_at = fields.AwareDateTime()
    approval_id = fields.UUID(allow_none=True)
    comment = fields.String()
    closed_by = fields.String(allow_none=True)
    closed_at = fields.AwareDateTime(allow_none=True)
