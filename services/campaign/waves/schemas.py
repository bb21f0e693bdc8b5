"""What waves take and show over HTTP."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from contracts.campaign import Schedule, SendWindow, Trial, Variant
from services.campaign.waves.model import ACTIONS, ANSWER_CLASSES, CHANNELS, CHILDREN, RELEASES, WAITING
from services.campaign.waves.plan import WavePlan as Plan

CLOCK = validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$(?!\n)", error="Must be hh:mm.")
LOCAL_TIME = validate.Regexp(
    r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d$(?!\n)",
    error="Must be a date and time such as 2026-12-01T09:00.",
)
MOST_DAYS = 3650


def score(**options: Any) -> fields.Decimal:
    """A bound for the scores of surveys, from 0 to 10."""
    return fields.Decimal(as_string=True, allow_nan=False, allow_none=True, **options)


class WindowSchema(Schema):
    """When copies may go out, on the clock of each contact's time zone. ``days``: Monday is 1."""

    opens = fields.String(required=True, validate=CLOCK)
    closes = fields.String(required=True, validate=CLOCK)
    days = fields.List(
        fields.Integer(strict=True, validate=validate.Range(1, 7)),
        required=True,
        validate=validate.Length(min=1, max=7),
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> SendWindow:
        return SendWindow(**data)


class ScheduleSchema(Schema):
    """When a wave goes out. ``local_time`` is wall-clock time in each contact's own time zone."""

    not_before = fields.AwareDateTime(allow_none=True)
    local_time = fields.String(allow_none=True, validate=LOCAL_TIME)
    window = fields.Nested(WindowSchema, allow_none=True)
    expires_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "copies that are not out by then are not sent at all"}
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Schedule:
        return Schedule(**data)


class VariantSchema(Schema):
    """A template that is tried on ``share`` percent of the sample."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=64))
    template_id = fields.UUID(required=True)
    share = fields.Integer(required=True, strict=True, validate=validate.Range(1, 100))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Variant:
        return Variant(**data)


class TrialSchema(Schema):
    """An A/B test: a sample gets the variants, the rest the winner by ``metric``, or by hand."""

    variants = fields.List(
        fields.Nested(VariantSchema), required=True, validate=validate.Length(min=2, max=8)
    )
    sample_percent = fields.Integer(required=True, strict=True, validate=validate.Range(1, 100))
    metric = fields.String(validate=validate.OneOf(("clicks", "opens", "answers")))
    decide_after_seconds = fields.Integer(strict=True, validate=validate.Range(60, 90 * 86_400))
    by_hand = fields.Boolean()

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Trial:
        return Trial(**data)


class WavePlan(Schema):
    """A wave to plan. A follow-up names the wave that it comes after, and whom of its recipients it picks.

    ``answer_classes`` are those of their answers; without any, everybody's. ``silent_days``: whoever has not
    answered counts only so many days after their copy went out. ``release``: by hand, or by itself when due:
    a first wave at the launch, a follow-up ``wait_days`` after the earlier wave is done.
    """

    action = fields.String(validate=validate.OneOf(ACTIONS))
    channel = fields.String(allow_none=True, validate=validate.OneOf(CHANNELS))
    template_id = fields.UUID(allow_none=True)
    schedule = fields.Nested(ScheduleSchema, allow_none=True)
    trial = fields.Nested(TrialSchema, allow_none=True)
    after_id = fields.UUID(allow_none=True)
    answer_classes = fields.List(
        fields.String(validate=validate.OneOf(ANSWER_CLASSES)), validate=validate.Length(max=7)
    )
    silent_days = fields.Integer(allow_none=True, strict=True, validate=validate.Range(0, MOST_DAYS))
    score_at_least = score()
    score_below = score()
    release = fields.String(validate=validate.OneOf(RELEASES))
    wait_days = fields.Integer(allow_none=True, strict=True, validate=validate.Range(0, MOST_DAYS))
    template_campaign_id = fields.UUID(
        allow_none=True, metadata={"description": "what a sub-campaign is copied from"}
    )
    child = fields.String(
        validate=validate.OneOf(CHILDREN),
        metadata={"description": "started: at once, covered by the approval of this campaign's plan"},
    )

    unit_cost = fields.Decimal(
        allow_none=True,
        as_string=True,
        allow_nan=False,
        metadata={"description": "what a copy costs in the campaign's currency; reserved before it goes out"},
    )
    budget_line_id = fields.UUID(allow_none=True, metadata={"description": "the line that pays for it"})

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Plan]:
        return {"plan": Plan(**data)}


class WaveView(Schema):
    """A wave. ``targets`` and ``pages`` are null before the release, the outcomes before it is finished."""

    id = fields.UUID()
    version = fields.Integer()
    campaign_id = fields.UUID()
    number = fields.Integer()
    action = fields.String()
    channel = fields.String(allow_none=True)
    template_id = fields.UUID(allow_none=True)
    schedule = fields.Nested(ScheduleSchema, allow_none=True)
    trial = fields.Nested(TrialSchema, allow_none=True)
    after_id = fields.UUID(allow_none=True)
    answer_classes = fields.List(fields.String())
    silent_days = fields.Integer(allow_none=True)
    score_at_least = score()
    score_below = score()
    release = fields.String()
    wait_days = fields.Integer()
    due_at = fields.AwareDateTime(allow_none=True)
    problem = fields.String(metadata={"description": "why it could not be released when it was due"})
    template_campaign_id = fields.UUID(allow_none=True)
    child = fields.String()
    child_id = fields.UUID(allow_none=True, metadata={"description": "the sub-campaign that it opened"})
    unit_cost = fields.Decimal(allow_none=True, as_string=True)
    budget_line_id = fields.UUID(allow_none=True)
    state = fields.String()
    targets = fields.Integer(allow_none=True)
    pages = fields.Integer(allow_none=True)
    released_at = fields.AwareDateTime(allow_none=True)
    accepted = fields.Integer(allow_none=True)
    failed = fields.Integer(allow_none=True)
    suppressed = fields.Integer(allow_none=True)
    uncertain = fields.Integer(allow_none=True)
    finished_at = fields.AwareDateTime(allow_none=True)


class WaveDetailView(WaveView):
    """A wave, and how many of its recipients came to each class of answer."""

    recipients_by_class = fields.Dict(keys=fields.String(), values=fields.Integer())

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """The wave's own fields lie one step inside of the detail."""
        return super().get_attribute(obj if hasattr(obj, attr) else obj.wave, attr, default)


class RecipientFilter(Schema):
    """Narrows a wave's recipients."""

    answer_class = fields.String(validate=validate.OneOf((*ANSWER_CLASSES, WAITING)))


class RecipientView(Schema):
    """A target that a wave picked, and what came of it."""

    target_id = fields.UUID()
    contact_id = fields.UUID()
    answer_class = fields.String()
    picked_at = fields.AwareDateTime()
    outcome = fields.String()
    reason = fields.String()
    outcome_at = fields.AwareDateTime(allow_none=True)
    bounce = fields.String()
    bounce_reason = fields.String()
    bounced_at = fields.AwareDateTime(allow_none=True)
    delivered_at = fields.AwareDateTime(allow_none=True)
    complained_at = fields.AwareDateTime(allow_none=True)
    verdict = fields.String()
    verdict_at = fields.AwareDateTime(allow_none=True)
    score = fields.Decimal(as_string=True, allow_none=True)


class OverlapView(Schema):
    """Recipients who are targets of another campaign that is under way."""

    campaign_id = fields.UUID()
    code = fields.String()
    name = fields.String()
    targets = fields.Integer()


class PreviewView(Schema):
    """What a release would do now. Consent, suppression and caps are looked at when each copy is sent."""

    recipients = fields.Integer()
    left_out = fields.Dict(keys=fields.String(), values=fields.Integer())
    excluded = fields.Dict(keys=fields.String(), values=fields.Integer())
    overlapping = fields.Integer()
    overlaps = fields.List(fields.Nested(OverlapView))
