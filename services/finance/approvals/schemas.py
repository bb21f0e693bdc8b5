"""What the approval desk takes and gives over HTTP."""

from typing import Any, get_args

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.finance.approvals.flows import REQUEST_KINDS
from services.finance.approvals.model import Outcome, State
from services.finance.views import Figure

_CODE = validate.Length(min=1, max=64)
_PERSON = validate.Length(min=1, max=255)
_REASONED = ("reject", "send_back")


class OpenDecisionFilter(Schema):
    """Which of your open decisions to list. Amounts are in the requests' own currencies."""

    kind = fields.String(validate=validate.OneOf(REQUEST_KINDS))
    department = fields.String(validate=_CODE)
    requested_by = fields.String(validate=_PERSON)
    currency = fields.String(validate=validate.Length(equal=3))
    amount_from = fields.Decimal(as_string=True, places=4)
    amount_to = fields.Decimal(as_string=True, places=4)
    opened_before = fields.AwareDateTime()


class ApprovalFilter(OpenDecisionFilter):
    """Which approvals to list. ``mine``: only those that wait for the caller."""

    state = fields.String(validate=validate.OneOf(get_args(State)))
    mine = fields.Boolean(load_default=False)


class NewDecision(Schema):
    """A decision on the open step. ``step`` guards against deciding on another one than was looked at.

    ``subject_version`` does the same for the version of the request. ``on_behalf_of`` names whose seat you
    sit on. ``sanctioned`` grants less of some items of a claim or purchase, by their ids.
    """

    outcome = fields.String(required=True, validate=validate.OneOf(get_args(Outcome)))
    comment = fields.String(load_default="", validate=validate.Length(max=2000))
    step = fields.Integer(strict=True, validate=validate.Range(min=1, max=1000))
    subject_version = fields.Integer(strict=True, validate=validate.Range(min=1))
    on_behalf_of = fields.String(validate=_PERSON)
    sanctioned = fields.Dict(
        keys=fields.String(validate=_CODE),
        values=fields.Decimal(as_string=True),
        validate=validate.Length(min=1, max=1000),
    )
    documents = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=20))

    @validates_schema
    def _grant_only_what_passes(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("sanctioned") and data["outcome"] != "approve":
            raise ValidationError("Only an approval grants something.", "sanctioned")

    @validates_schema
    def _give_reason(self, data: dict[str, Any], **_options: Any) -> None:
        if data["outcome"] in _REASONED and not data["comment"].strip():
            raise ValidationError("Say why.", "comment")


class Withdrawal(Schema):
    """Why the request is taken back, where there is something to say."""

    reason = fields.String(load_default="", validate=validate.Length(max=2000))


class DecisionView(Schema):
    """What was said on a step: ``person`` is whose seat it was said from, ``by`` who sat on it."""

    person = fields.String(required=True)
    by = fields.String(required=True)
    outcome = fields.String(required=True)
    comment = fields.String(required=True)
    documents = fields.List(fields.UUID(), required=True)
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
    needs_authority = fields.Boolean(required=True)
    opened_at = fields.AwareDateTime(required=True, allow_none=True)
    reminded_at = fields.AwareDateTime(required=True, allow_none=True)
    escalated_at = fields.AwareDateTime(required=True, allow_none=True)
    escalate_role = fields.String(required=True, allow_none=True)
    escalate_persons = fields.List(fields.String(), required=True)
    decisions = fields.List(fields.Nested(DecisionView), required=True)


class ApprovalView(Schema):
    """A request on the desk. ``content`` is what was handed in: the plan's lines, or the claim's line.

    ``granted`` is what is approved so far where items were cut, by item in ``sanctioned``.
    """

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
    category = fields.String(required=True, allow_none=True)
    granted = Figure(required=True)
    sanctioned = fields.Dict(keys=fields.String(), values=fields.String(), required=True, allow_none=True)
    content = fields.Dict(keys=fields.String(), required=True)
    documents = fields.List(fields.UUID(), required=True)
    flow_code = fields.String(required=True)
    flow_edition = fields.Integer(required=True)
    state = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    steps = fields.List(fields.Nested(StepView), required=True)


class OpenDecisionView(Schema):
    """A request that waits for you, on the seat of ``on_behalf_of``.

    ``may_approve`` is false where the authority limit of that seat is too low, as ``obstacle`` says; it may
    be rejected or sent back all the same.
    """

    approval = fields.Nested(ApprovalView, required=True)
    on_behalf_of = fields.String(required=True)
    may_approve = fields.Boolean(required=True)
    obstacle = fields.String(required=True, allow_none=True)
