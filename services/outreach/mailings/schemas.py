"""Mailings over HTTP."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from services.outreach.mailings.model import DELIVERY_STATES


class MailingFilter(Schema):
    """Which mailings to list."""

    campaign_id = fields.UUID()
    wave_id = fields.UUID()


class DeliveryFilter(Schema):
    """Which deliveries to list."""

    state = fields.String(validate=OneOf(DELIVERY_STATES))


class MailingView(Schema):
    """A mailing with the outcomes reported so far. ``state`` is gathering, sending or finished."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    wave_id = fields.UUID(required=True)
    campaign_id = fields.UUID(required=True)
    department = fields.String(required=True)
    channel = fields.String(required=True)
    template_id = fields.UUID(required=True)
    state = fields.String(required=True)
    recipients = fields.Integer(required=True)
    accepted = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    suppressed = fields.Integer(required=True)
    uncertain = fields.Integer(required=True)
    released_at = fields.AwareDateTime(required=True)
    started_at = fields.AwareDateTime(required=True, allow_none=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)


class MailingDetail(MailingView):
    """A mailing with how many deliveries are in each state now."""

    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class DeliveryView(Schema):
    """One target's copy. ``answer`` is what the mail server said last."""

    id = fields.UUID(required=True)
    target_id = fields.UUID(required=True)
    contact_id = fields.UUID(required=True)
    state = fields.String(required=True)
    attempts = fields.Integer(required=True)
    reason = fields.String(required=True)
    answer = fields.String(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
