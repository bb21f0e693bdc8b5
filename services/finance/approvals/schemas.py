"""What the approval desk takes and gives over HTTP."""

from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from contracts.roles import ROLES
from services.finance.approvals.flows import REQUEST_KINDS, STEP_MODES
from services.finance.approvals.model import Outcome, State
from services.finance.views import Figure

_CODE = validate.Length(min=1, max=64)
_REASONED = ("reject", "send_back")


class ApprovalFilter(Schema):
    """Which approvals to list. ``mine``: only those that wait for the caller."""

    state = fields.String(validate=validate.OneOf(get_args(State)))
    kind = fields.String(validate=validate.OneOf(REQUEST_KINDS))
    mine = fields.Boolean(load_default=False)


class NewDecision(Schema):
    """A decision on the open step. ``step`` guards against deciding on another one than was looked at."""

    outcome = fields.String(required=True, validate=validate.OneOf(get_args(Outcome)))
    comment = fields.String(load_default="", validate=validate.Length(max=2000))
    step = fields.Integer(strict=True, validate=validate.Range(min=1, max=1000))

    @validates_schema
    def _give_reason(self, data: dict[str, Any], **_options: Any) -> None:
        if data["outcome"] in _REASONED and not data["comment"].strip():
            raise ValidationError("Say why.", "comment")


class DecisionView(Schema):
    person = fields.String(required=True)
    outcome = fields.String(required=True)
    comment = fields.String(required=True)
    decided_at = fields.AwareDateTime(required=True)


class StepView(Schema):
    """One step. ``persons`` is empty when everybody with the role may decide."""

    position = fields.Integer(required=True)
    name = fields.String(required=True)
    mode = fields.String(required=True)
    role = fields.String(required=True)
    required = fields.Integer(required=True)
    persons = fields.List(fields.String(), required=True)
    state = fields.String(required=True)
    decisions = fields.List(fields.Nested(DecisionView), required=True)


class ApprovalView(Schema):
    """A request on the desk. ``content`` is what was handed in: the plan's lines, or the claim's line."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    subject_id = fields.UUID(required=True)
    subject_version = fields.Integer(required=True)
    subject_hash = fields.String(required=True)
    title = fields.String(required=True)
    department = fields.String(required=True)
    requested_by = fields.String(required=True)
    amount = Figure(required=True)
    currency = fields.String(required=True)
    content = fields.Dict(keys=fields.String(), required=True)
    flow_code = fields.String(required=True)
    flow_edition = fields.Integer(required=True)
    state = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    steps = fields.List(fields.Nested(StepView), required=True)


class FlowStep(Schema):
    """One step of a flow, to be published."""

    name = fields.String(required=True, validate=_CODE)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    mode = fields.String(load_default="any_of", validate=validate.OneOf(STEP_MODES))
    required = fields.Integer(strict=True, load_default=1, validate=validate.Range(min=1, max=20))
    persons = fields.List(
        fields.String(validate=validate.Length(min=1, max=255)),
        load_default=list,
        validate=validate.Length(max=20),
    )

    @validates_schema
    def _can_pass(self, data: dict[str, Any], **_options: Any) -> None:
        persons = data["persons"]
        if len(set(persons)) < len(persons):
            raise ValidationError("A person is named twice.", "persons")
        if persons and len(persons) < data["required"]:
            raise ValidationError("Fewer people are named than must approve.", "required")


class NewFlow(Schema):
    """The next edition of a flow. ``above`` is exclusive, ``up_to`` inclusive; what is left out takes all."""

    code = fields.String(required=True, validate=_CODE)
    kind = fields.String(required=True, validate=validate.OneOf(REQUEST_KINDS))
    department = fields.String(load_default=None, allow_none=True, validate=_CODE)
    currency = fields.String(load_default=None, allow_none=True, validate=validate.Regexp("^[A-Z]{3}$"))
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
    above = fields.Decimal(required=True, allow_none=True, as_string=True)
    up_to = fields.Decimal(required=True, allow_none=True, as_string=True)
    steps = fields.List(fields.Dict(keys=fields.String()), required=True)
    published_by = fields.String(required=True)
    published_at = fields.AwareDateTime(required=True)
    retired_at = fields.AwareDateTime(required=True, allow_none=True)
