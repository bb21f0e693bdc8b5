"""What campaigns and their evaluations look like over HTTP.

Counts are JSON integers; money and ratios are decimal strings with four places; null means that
there is no value, as for a ratio over nothing.
"""

from marshmallow import Schema, fields

from services.reporting.archive.schemas import FeedPoint

VALUE = {"type": ["integer", "string"], "description": "integer for a count, else a decimal string"}


class EvaluationMoment(Schema):
    """At which past moment; now where nothing is said."""

    at = fields.AwareDateTime(load_default=None)


class FigurePoint(FeedPoint):
    """Where in the events of a figure to go on, and up to which moment they happened."""

    at = fields.AwareDateTime()


class CampaignFilter(Schema):
    """Which campaigns to list."""

    state = fields.String()


class CampaignView(Schema):
    """A campaign as its latest plan describes it."""

    id = fields.UUID(attribute="campaign_id", required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    owner = fields.String(required=True)
    department = fields.String(required=True)
    region = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    currency = fields.String(required=True)


class HeadlineView(Schema):
    """A campaign with the value of each of its figures, by name."""

    campaign = fields.Nested(CampaignView, required=True)
    figures = fields.Dict(
        keys=fields.String(), values=fields.Raw(allow_none=True, metadata=VALUE), required=True
    )


class SourceView(Schema):
    """Archived events of one type about the campaign, and the positions they stand between."""

    type = fields.String(required=True)
    events = fields.Integer(required=True)
    first_position = fields.Integer(required=True)
    last_position = fields.Integer(required=True)


class FigureView(Schema):
    """A figure with how it was computed and from which events."""

    value = fields.Raw(required=True, allow_none=True, metadata=VALUE)
    unit = fields.String(required=True)
    formula = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)
    sources = fields.List(fields.Nested(SourceView), required=True)


class GoalView(Schema):
    """A goal of the plan: attainment = actual ÷ target."""

    metric = fields.String(required=True)
    target = fields.Decimal(required=True, as_string=True)
    actual = fields.Raw(required=True, allow_none=True, metadata=VALUE)
    unit = fields.String(required=True, allow_none=True)
    attainment = fields.Decimal(required=True, as_string=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    sources = fields.List(fields.Nested(SourceView), required=True)


class StageView(Schema):
    """A step of the funnel; ``stage`` is the name of the figure."""

    stage = fields.String(required=True)
    count = fields.Integer(required=True)


class WaveOutcomesView(Schema):
    """One mailing's deliveries by outcome."""

    mailing_id = fields.UUID(required=True)
    wave_id = fields.UUID(required=True)
    number = fields.Integer(required=True, allow_none=True)
    channel = fields.String(required=True, allow_none=True)
    recipients = fields.Integer(required=True, allow_none=True)
    accepted = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    suppressed = fields.Integer(required=True)
    uncertain = fields.Integer(required=True)


class BudgetLineView(Schema):
    """A budget line: available = budget - committed - incurred. ``allocated`` is a part of incurred."""

    line_id = fields.UUID(required=True)
    budget_id = fields.UUID(required=True)
    name = fields.String(required=True)
    responsible = fields.String(required=True)
    currency = fields.String(required=True)
    budget = fields.Decimal(required=True, as_string=True)
    committed = fields.Decimal(required=True, as_string=True)
    incurred = fields.Decimal(required=True, as_string=True)
    available = fields.Decimal(required=True, as_string=True)
    allocated = fields.Decimal(required=True, as_string=True)


class EvaluationView(Schema):
    """The evaluation of a campaign: ``position`` says how much of the archive it has seen."""

    campaign = fields.Nested(CampaignView, required=True)
    evaluated_at = fields.AwareDateTime(required=True)
    position = fields.Integer(required=True)
    figures = fields.Dict(keys=fields.String(), values=fields.Nested(FigureView), required=True)
    goals = fields.List(fields.Nested(GoalView), required=True)
    funnel = fields.List(fields.Nested(StageView), required=True)
    progress = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    waves = fields.List(fields.Nested(WaveOutcomesView), required=True)
    budget_lines = fields.List(fields.Nested(BudgetLineView), required=True)
