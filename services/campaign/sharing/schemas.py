"""What sharing targets out takes and shows over HTTP."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.campaign.launch.model import STATUSES
from services.campaign.sharing.dealing import PRODUCT, REGION, ROUND_ROBIN, RULES, WEIGHT, Rule

SUBJECT = validate.Length(min=1, max=255)
MOST_STAFF = 500
_NEEDED = {ROUND_ROBIN: "staff", WEIGHT: "weights", REGION: "groups", PRODUCT: "groups"}


def people() -> fields.List[Any]:
    """Subjects, each once."""
    return fields.List(fields.String(validate=SUBJECT), validate=(validate.Length(max=MOST_STAFF), _once))


def _once(names: list[str]) -> None:
    if len(set(names)) < len(names):
        raise ValidationError("Names somebody more than once.")


class SharingOrder(Schema):
    """How targets are dealt: by turns, by weight, or by their region or product.

    ``groups`` names the staff of each region or product, ``otherwise`` that of all others.
    """

    by = fields.String(required=True, validate=validate.OneOf(RULES))
    staff = people()
    weights = fields.Dict(
        keys=fields.String(validate=SUBJECT),
        values=fields.Integer(strict=True, validate=validate.Range(1, 1000)),
        validate=validate.Length(min=1, max=MOST_STAFF),
    )
    groups = fields.Dict(
        keys=fields.String(validate=validate.Length(max=255)),
        values=people(),
        validate=validate.Length(min=1, max=MOST_STAFF),
    )
    otherwise = people()
    statuses = fields.List(
        fields.String(validate=validate.OneOf(STATUSES)),
        metadata={"description": "which targets; all when it is not given"},
    )

    @validates_schema
    def _has_what_its_rule_needs(self, data: dict[str, Any], **_: Any) -> None:
        by = data.get("by", "")
        needed = _NEEDED.get(by)
        if needed and not data.get(needed):
            raise ValidationError(f"Is needed to share out by {by}.", needed)
        allowed = {needed, "otherwise"} if needed == "groups" else {needed}
        for name in ("staff", "weights", "groups", "otherwise"):
            if data.get(name) and name not in allowed:
                raise ValidationError(f"Does not go with sharing out by {by}.", name)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        statuses = data.pop("statuses", [])
        return {"rule": Rule(**data), "statuses": statuses}


class SharingView(Schema):
    """A sharing-out. ``left`` counts the targets that the rule gave to nobody."""

    id = fields.UUID()
    version = fields.Integer()
    campaign_id = fields.UUID()
    rule = fields.Dict()
    statuses = fields.List(fields.String())
    shared = fields.Dict(keys=fields.String(), values=fields.Integer())
    left = fields.Integer()
    shared_by = fields.String()
    shared_at = fields.AwareDateTime()


class MyTargetFilter(Schema):
    """Narrows the list of one's own targets."""

    campaign_id = fields.UUID()
    status = fields.String(validate=validate.OneOf(STATUSES))
    worked = fields.Boolean()


class MyTargetView(Schema):
    """A target that was shared out to whoever asks, with the campaign that it is of."""

    id = fields.UUID()
    campaign_id = fields.UUID()
    code = fields.String(metadata={"description": "the campaign's"})
    name = fields.String(metadata={"description": "the campaign's"})
    contact_id = fields.UUID()
    region = fields.String()
    product = fields.String()
    status = fields.String()
    status_at = fields.AwareDateTime()
    shared_at = fields.AwareDateTime()
    worked_at = fields.AwareDateTime(allow_none=True)
