"""What planning takes and shows over HTTP."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from contracts.campaign import Goal
from services.campaign.planning.design import DraftLine
from services.campaign.planning.lifecycle import State

ONE_LINE = validate.Regexp(r"^\S(.*\S)?$(?!\n)", error="Must be one line without blanks around it.")
CODE = (validate.Length(min=1, max=64), ONE_LINE)
PERSON = (validate.Length(min=1, max=255), ONE_LINE)
LINE = (validate.Length(min=1, max=200), ONE_LINE)
REASON = validate.Length(max=2000)
CURRENCY = validate.Regexp(r"^[A-Z]{3}$(?!\n)", error="Must be three capital letters.")


def amount() -> fields.Decimal:
    """A decimal, shown as a string so that no reader rounds it."""
    return fields.Decimal(required=True, as_string=True, allow_nan=False)


class GoalSchema(Schema):
    """A numeric goal."""

    metric = fields.String(required=True, validate=CODE)
    target = amount()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Goal:
        return Goal(**data)


class BudgetLineSchema(Schema):
    """A planned budget line; ``line_id`` is ours and only needed to rename a line."""

    line_id = fields.UUID()
    name = fields.String(required=True, validate=LINE)
    amount = amount()
    kind = fields.String(
        allow_none=True, validate=CODE, metadata={"description": "what it pays for, of the list purchases"}
    )
    responsible = fields.String(
        allow_none=True,
        validate=PERSON,
        metadata={"description": "who answers for it; the submitter if none"},
    )
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True)
    on_breach = fields.String(
        validate=validate.OneOf(("stop", "warn", "ignore")),
        metadata={"description": "what happens when more is asked for than is available"},
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> DraftLine:
        return DraftLine(**data)


class CampaignDesign(Schema):
    """The design of a campaign, waves apart. Amounts are in ``currency``."""

    code = fields.String(required=True, validate=CODE)
    name = fields.String(required=True, validate=LINE)
    kind = fields.String(
        required=True, validate=CODE, metadata={"description": "an active code of the list kinds"}
    )
    purposes = fields.List(
        fields.String(validate=CODE),
        validate=validate.Length(max=50),
        metadata={"description": "active codes of the list purposes"},
    )
    owner = fields.String(
        allow_none=True, validate=CODE, metadata={"description": "subject of the owner; the creator if none"}
    )
    department = fields.String(required=True, validate=CODE)
    region = fields.String(
        allow_none=True, validate=CODE, metadata={"description": "the only one, or the first of regions"}
    )
    regions = fields.List(fields.String(validate=CODE), validate=validate.Length(max=50))
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    currency = fields.String(required=True, validate=CURRENCY)
    message = fields.String(validate=validate.Length(max=2000))
    products = fields.List(fields.String(validate=CODE), validate=validate.Length(max=100))
    segment_id = fields.UUID(allow_none=True, metadata={"description": "where the targets come from"})
    parent_id = fields.UUID(allow_none=True, metadata={"description": "the campaign that this is a part of"})
    click_means = fields.String(validate=validate.OneOf(("interested", "undecided")))
    interested_from = fields.Decimal(
        allow_none=True,
        as_string=True,
        allow_nan=False,
        metadata={"description": "a survey with at least this score, 0 to 10, means interested"},
    )
    leads_from = fields.String(
        validate=validate.OneOf(("answers", "follow_ups")),
        metadata={"description": "whether an interested answer is a lead at once, or follow-ups choose"},
    )
    goals = fields.List(fields.Nested(GoalSchema), validate=validate.Length(max=50))
    budget = fields.List(fields.Nested(BudgetLineSchema), validate=validate.Length(max=200))
    is_template = fields.Boolean(
        metadata={"description": "only there to be copied: it is neither submitted nor started"}
    )


class CampaignFilter(Schema):
    """Narrows a list of campaigns."""

    state = fields.String(validate=validate.OneOf([state.value for state in State]))
    department = fields.String(validate=CODE)
    code = fields.String(validate=CODE)
    owner = fields.String(validate=CODE)
    parent_id = fields.UUID()
    kind = fields.String(validate=CODE)
    region = fields.String(validate=CODE, metadata={"description": "one of its regions"})
    purpose = fields.String(validate=CODE, metadata={"description": "one of its purposes"})
    runs_from = fields.Date(metadata={"description": "leaves out what ends before this day"})
    runs_until = fields.Date(metadata={"description": "leaves out what begins after this day"})
    is_template = fields.Boolean()
    participant = fields.String(validate=PERSON, metadata={"description": "somebody of its staff"})
    q = fields.String(
        validate=validate.Length(min=1, max=200), metadata={"description": "a piece of code, name or message"}
    )


class CampaignView(CampaignDesign):
    """A campaign as it stands. ``targets`` is the size of its target list, null before the launch."""

    id = fields.UUID()
    version = fields.Integer()
    state = fields.String()
    created_by = fields.String()
    created_at = fields.AwareDateTime()
    total = fields.Decimal(as_string=True)
    plan_version = fields.Integer()
    plan_hash = fields.String(allow_none=True)
    submitted_by = fields.String(allow_none=True)
    submitted_at = fields.AwareDateTime(allow_none=True)
    review_outcome = fields.String(allow_none=True)
    review_comment = fields.String()
    approved_at = fields.AwareDateTime(allow_none=True)
    start_problem = fields.String()
    suspension = fields.String(
        allow_none=True, metadata={"description": "why finance lets nothing go out, if it does not"}
    )
    started_at = fields.AwareDateTime(allow_none=True)
    launched_at = fields.AwareDateTime(allow_none=True)
    targets = fields.Integer(allow_none=True)


class PlanVersionView(Schema):
    """A plan exactly as it was approved."""

    campaign_id = fields.UUID()
    number = fields.Integer()
    plan_hash = fields.String()
    content = fields.Dict()
    approval_id = fields.UUID()
    approved_by = fields.String()
    approved_at = fields.AwareDateTime()


class FindingView(Schema):
    """One thing that does not add up. ``field`` is a path into the plan."""

    field = fields.String()
    severity = fields.String(validate=validate.OneOf(("error", "warning")))
    message = fields.String()


class FindingsView(Schema):
    """Everything of a plan that does not add up, errors first."""

    findings = fields.List(fields.Nested(FindingView))
