"""What follow-ups take and show over HTTP."""

from marshmallow import Schema, fields, validate

from services.campaign.followups.model import DONE, DROPPED, STATES

SUBJECT = validate.Length(min=1, max=255)


class FollowUpChange(Schema):
    """What of an open follow-up may change; what is left out stays as it is."""

    what = fields.String(validate=validate.Length(min=1, max=2000))
    owner = fields.String(validate=SUBJECT)
    due_on = fields.Date()


class FollowUpPlan(FollowUpChange):
    """What shall be done about a response, by whom, until when. Without an owner it is one's own."""

    what = fields.String(required=True, validate=validate.Length(min=1, max=2000))
    due_on = fields.Date(required=True)


class FollowUpEnd(Schema):
    """What came of a follow-up."""

    state = fields.String(required=True, validate=validate.OneOf((DONE, DROPPED)))
    result = fields.String(required=True, validate=validate.Length(min=1, max=2000))


class MyFollowUpFilter(Schema):
    """Narrows the list of one's own follow-ups; without a state it has the open ones."""

    state = fields.String(validate=validate.OneOf(STATES))
    overdue = fields.Boolean()


class FollowUpFilter(MyFollowUpFilter):
    """Narrows the list of a campaign's follow-ups."""

    owner = fields.String(validate=SUBJECT)
    target_id = fields.UUID()


class FollowUpView(Schema):
    """A follow-up. ``overdue`` is true while it is open after its date (in UTC)."""

    id = fields.UUID()
    version = fields.Integer()
    campaign_id = fields.UUID()
    target_id = fields.UUID()
    response_id = fields.UUID()
    what = fields.String()
    owner = fields.String()
    due_on = fields.Date()
    overdue = fields.Boolean()
    state = fields.String()
    result = fields.String()
    created_by = fields.String()
    created_at = fields.AwareDateTime()
    ended_by = fields.String(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
