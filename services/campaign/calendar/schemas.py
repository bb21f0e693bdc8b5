"""What the calendar takes and shows over HTTP."""

from marshmallow import Schema, fields, validate

from services.campaign.planning.schemas import LINE


class CalendarSpan(Schema):
    """The first and the last day to show, both included."""

    first = fields.Date(required=True, data_key="from")
    last = fields.Date(required=True, data_key="to")
    campaign_id = fields.UUID()


class ItemView(Schema):
    """Something on the calendar: a task, a campaign, a wave, or a follow-up, which only has a due date."""

    id = fields.UUID()
    kind = fields.String()
    title = fields.String()
    campaign_id = fields.UUID()
    starts_on = fields.Date(allow_none=True)
    ends_on = fields.Date()
    state = fields.String()
    assignee = fields.String(allow_none=True)


class NewFeed(Schema):
    """A feed to be made: of one's own tasks, or of those of a campaign."""

    scope = fields.String(required=True, validate=validate.OneOf(("mine", "campaign")))
    campaign_id = fields.UUID(allow_none=True)
    name = fields.String(validate=LINE)


class FeedView(Schema):
    """A feed. Whoever has its ``url`` reads it, until it is revoked."""

    id = fields.UUID()
    scope = fields.String()
    campaign_id = fields.UUID(allow_none=True)
    name = fields.String()
    url = fields.String()
    created_at = fields.AwareDateTime()
