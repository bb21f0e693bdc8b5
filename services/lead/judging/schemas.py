"""What judgements and rights to judge look like over HTTP."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from contracts.roles import LEAD_ADMINISTRATOR, MARKETING_MANAGER, MARKETING_STAFF, SALES_MANAGER, SALES_REP
from services.lead.customers.schemas import line
from services.lead.judging.model import ANSWERS
from services.lead.leads.model import GRADES
from services.lead.leads.schemas import amount, currency, text
from services.lead.leads.states import OUTCOMES

JUDGING_ROLES = (LEAD_ADMINISTRATOR, MARKETING_MANAGER, MARKETING_STAFF, SALES_MANAGER, SALES_REP)


class Item(Schema):
    """One question of the checklist, answered or open."""

    answer = fields.String(load_default="unknown", validate=validate.OneOf(ANSWERS))
    note = fields.String(load_default="", validate=validate.Length(max=500))


class Checklist(Schema):
    """Is the money there, does the contact decide, do they need it, and how soon?"""

    budget = fields.Nested(Item)
    authority = fields.Nested(Item)
    need = fields.Nested(Item)
    time = fields.Nested(Item)


class Qualification(Schema):
    """A judgement. Only a discard may leave out grade, value and currency; it needs a reason."""

    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    grade = fields.String(validate=validate.OneOf(GRADES))
    value = amount()
    currency = currency()
    reason = text()
    checklist = fields.Nested(Checklist)
    wake_at = fields.AwareDateTime(
        metadata={"description": "when a long-term lead is woken; left out, after the usual rest"}
    )

    @validates_schema
    def _valid_leads_have_a_value(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("outcome") == "not_a_target":
            if not data.get("reason", "").strip():
                raise ValidationError("Is needed to discard a lead.", "reason")
            return
        missing = {name: ["Is needed."] for name in ("grade", "value", "currency") if name not in data}
        if missing:
            raise ValidationError(missing)

    @validates_schema
    def _only_long_term_leads_are_woken(self, data: dict[str, Any], **_: Any) -> None:
        if "wake_at" in data and data.get("outcome") != "long_term":
            raise ValidationError("Goes with long_term.", "wake_at")


class Discard(Schema):
    """Why a lead is no target."""

    reason = text(required=True)


class Undoing(Schema):
    """Why a judgement is taken back."""

    reason = text(required=True)


class JudgementView(Schema):
    """A judgement, and who took it back, if anybody did."""

    id = fields.UUID()
    outcome = fields.String()
    grade = fields.String()
    value = fields.Decimal(as_string=True)
    currency = fields.String()
    reason = fields.String()
    checklist = fields.Nested(Checklist)
    judged_by = fields.String()
    on_behalf_of = fields.String()
    judged_at = fields.DateTime()
    undone_by = fields.String()
    undone_at = fields.DateTime()
    undone_because = fields.String()


class NewRight(Schema):
    """A right to judge: of a person, or of whoever has a role; without regions, in all of them."""

    department = line(64, required=True)
    subject = line(255)
    role = fields.String(validate=validate.OneOf(JUDGING_ROLES))
    regions = fields.List(line(required=True), validate=validate.Length(max=200))

    @validates_schema
    def _a_person_or_a_role(self, data: dict[str, Any], **_: Any) -> None:
        if bool(data.get("subject")) == bool(data.get("role")):
            raise ValidationError("Name a person or a role, not both.", "subject")


class RightFilter(Schema):
    """Which rights to list."""

    department = line(64)
    subject = line(255)
    role = fields.String()


class RightView(Schema):
    """A right to judge."""

    id = fields.UUID()
    version = fields.Integer()
    department = fields.String()
    subject = fields.String()
    role = fields.String()
    regions = fields.List(fields.String())
    granted_by = fields.String()
    granted_at = fields.DateTime()
