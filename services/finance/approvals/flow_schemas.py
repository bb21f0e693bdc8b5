"""What approval flows look like over HTTP."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from contracts.roles import ROLES
from services.finance.approvals.flows import IF_NOBODY, REQUEST_KINDS, STEP_MODES

_CODE = validate.Length(min=1, max=64)
_HOURS = validate.Range(min=1, max=24 * 365)


def _people() -> fields.List[str]:
    person = fields.String(validate=validate.Length(min=1, max=255))
    return fields.List(person, load_default=list, validate=validate.Length(max=20))


class FlowFilter(Schema):
    """Which editions to list; ``current``: those in force."""

    kind = fields.String(validate=validate.OneOf(REQUEST_KINDS))
    code = fields.String(validate=_CODE)
    current = fields.Boolean(load_default=False)


class StepSubstitutes(Schema):
    """Who decides as well after ``escalate_after_hours``: the holders of a role, people by name, or both."""

    role = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(ROLES))
    persons = _people()


class FlowStep(Schema):
    """One step of a flow, to be published."""

    name = fields.String(required=True, validate=_CODE)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    mode = fields.String(load_default="any_of", validate=validate.OneOf(STEP_MODES))
    required = fields.Integer(strict=True, load_default=1, validate=validate.Range(min=1, max=20))
    persons = _people()
    if_nobody = fields.String(load_default="role", validate=validate.OneOf(IF_NOBODY))
    needs_authority = fields.Boolean(load_default=False)
    remind_after_hours = fields.Integer(load_default=None, allow_none=True, strict=True, validate=_HOURS)
    escalate_after_hours = fields.Integer(load_default=None, allow_none=True, strict=True, validate=_HOURS)
    escalate_to = fields.Nested(StepSubstitutes, load_default=None, allow_none=True)

    @validates_schema
    def _can_pass(self, data: dict[str, Any], **_options: Any) -> None:
        persons = data["persons"]
        if len(set(persons)) < len(persons):
            raise ValidationError("A person is named twice.", "persons")
        if persons and len(persons) < data["required"]:
            raise ValidationError("Fewer people are named than must approve.", "required")

    @validates_schema
    def _escalates_to_somebody(self, data: dict[str, Any], **_options: Any) -> None:
        to = data["escalate_to"]
        somebody = to is not None and bool(to["role"] or to["persons"])
        if somebody != (data["escalate_after_hours"] is not None):
            raise ValidationError("Say after how many hours, and to whom.", "escalate_to")


class NewFlow(Schema):
    """The next edition of a flow. ``above`` is exclusive, ``up_to`` inclusive; what is left out takes all."""

    code = fields.String(required=True, validate=_CODE)
    kind = fields.String(required=True, validate=validate.OneOf(REQUEST_KINDS))
    department = fields.String(load_default=None, allow_none=True, validate=_CODE)
    currency = fields.String(load_default=None, allow_none=True, validate=validate.Regexp("^[A-Z]{3}$"))
    category = fields.String(load_default=None, allow_none=True, validate=_CODE)
    above = fields.Decimal(
        load_default=None,
        allow_none=True,
        as_string=True,
        places=4,
        validate=validate.Range(min=0, max=10**14),
    )
    up_to = fields.Decimal(
        load_default=None,
        allow_none=True,
        as_string=True,
        places=4,
        validate=validate.Range(min=0, max=10**14),
    )
    steps = fields.List(fields.Nested(FlowStep), required=True, validate=validate.Length(min=1, max=10))

    @validates_schema
    def _has_a_band(self, data: dict[str, Any], **_options: Any) -> None:
        if data["above"] is not None and data["up_to"] is not None and data["above"] >= data["up_to"]:
            raise ValidationError("Must be more than above.", "up_to")


class FlowView(Schema):
    """One edition of a flow. It is in force until ``retired_at``."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    edition = fields.Integer(required=True)
    kind = fields.String(required=True)
    department = fields.String(required=True, allow_none=True)
    currency = fields.String(required=True, allow_none=True)
    category = fields.String(required=True, allow_none=True)
    above = fields.Decimal(required=True, allow_none=True, as_string=True)
    up_to = fields.Decimal(required=True, allow_none=True, as_string=True)
    steps = fields.List(fields.Dict(keys=fields.String()), required=True)
    published_by = fields.String(required=True)
    published_at = fields.AwareDateTime(required=True)
    retired_at = fields.AwareDateTime(required=True, allow_none=True)
