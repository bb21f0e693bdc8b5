"""What staffing takes and shows over HTTP."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.campaign.planning.schemas import CODE, LINE, PERSON, REASON
from services.campaign.staffing.staff import WHOLE, Company, Member, Staff


class MemberSchema(Schema):
    """A person with a duty, once for each duty."""

    person = fields.String(required=True, validate=PERSON)
    duty = fields.String(
        required=True, validate=CODE, metadata={"description": "an active code of the list duties"}
    )
    note = fields.String(validate=validate.Length(max=2000))
    share_percent = fields.Integer(
        allow_none=True,
        strict=True,
        validate=validate.Range(1, WHOLE),
        metadata={"description": "of the working time"},
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Member:
        return Member(**data)


class CompanySchema(Schema):
    """A partner company. ``contribution`` is in the campaign's currency."""

    name = fields.String(required=True, validate=LINE)
    duty = fields.String(
        required=True, validate=CODE, metadata={"description": "an active code of the list duties"}
    )
    contact = fields.String(validate=validate.Length(max=2000))
    contribution = fields.Decimal(allow_none=True, as_string=True, allow_nan=False)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Company:
        return Company(**data)


class StaffBody(Schema):
    """Everybody who shall work for a campaign."""

    participants = fields.List(fields.Nested(MemberSchema), validate=validate.Length(max=200))
    partners = fields.List(fields.Nested(CompanySchema), validate=validate.Length(max=100))
    reason = fields.String(
        validate=REASON, metadata={"description": "kept with the change of a campaign under way"}
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        reason = data.pop("reason", "")
        return {"staff": Staff(**{name: tuple(rows) for name, rows in data.items()}), "reason": reason}


class StaffView(Schema):
    """Everybody who works for a campaign. ``version`` is that of the campaign."""

    campaign_id = fields.UUID()
    version = fields.Integer()
    participants = fields.List(fields.Nested(MemberSchema))
    partners = fields.List(fields.Nested(CompanySchema))
