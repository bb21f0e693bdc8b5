"""What procurement planning takes and shows over HTTP."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.campaign.planning.schemas import CODE, LINE, REASON, amount
from services.campaign.procurement.items import AskedItem, Item


class ItemFields(Schema):
    """What there is to say of a purchase."""

    item_id = fields.UUID()
    kind = fields.String(
        required=True, validate=CODE, metadata={"description": "an active code of the list purchases"}
    )
    description = fields.String(required=True, validate=LINE)
    quantity = amount()
    unit_price = amount()
    supplier = fields.String(validate=validate.Length(max=200))
    needed_on = fields.Date(allow_none=True)


class ItemSchema(ItemFields):
    """Something to buy from a budget line; ``item_id`` is ours and keeps an item the same one."""

    line_id = fields.UUID(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Item:
        return Item(**data)


class AmendedItemSchema(ItemFields):
    """Something to buy from a line of the plan as amended: named by its id, or by its name if it is new."""

    line_id = fields.UUID()
    line = fields.String(validate=LINE, metadata={"description": "the name of the line, without a line_id"})

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> AskedItem:
        line = data.pop("line", None)
        return AskedItem(line=data.pop("line_id", line), rest=data)


class ProcurementBody(Schema):
    """Everything that a campaign plans to buy."""

    items = fields.List(fields.Nested(ItemSchema), required=True, validate=validate.Length(max=500))
    reason = fields.String(
        validate=REASON, metadata={"description": "kept with the change of a campaign under way"}
    )


class ItemView(ItemSchema):
    """A planned purchase. ``amount`` is quantity times price, rounded to the campaign's currency."""

    item_id = fields.UUID(attribute="id")
    amount = fields.Decimal(as_string=True)


class LineUse(Schema):
    """What of a budget line is planned to be spent on purchases."""

    line_id = fields.UUID()
    name = fields.String()
    amount = fields.Decimal(as_string=True)
    purchases = fields.Decimal(as_string=True)


class ProcurementView(Schema):
    """Everything that a campaign plans to buy, and what it takes of each line."""

    campaign_id = fields.UUID()
    version = fields.Integer()
    currency = fields.String()
    items = fields.List(fields.Nested(ItemView))
    lines = fields.List(fields.Nested(LineUse))
