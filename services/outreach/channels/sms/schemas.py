"""Inbound texts over HTTP."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from services.outreach.channels.sms.replies import OUTCOMES


class InboundFilter(Schema):
    """Which texts to list."""

    outcome = fields.String(validate=OneOf(OUTCOMES))
    source = fields.String(validate=Length(max=40))


class InboundView(Schema):
    """A text that somebody sent us.

    ``outcome`` is unsubscribed, subscribed, answered, repeated (the same answer again), joined (a further
    part of a long text), unknown_number or no_delivery (nothing that it could answer); empty while it
    waits.
    """

    id = fields.UUID(required=True)
    source = fields.String(required=True)
    destination = fields.String(required=True)
    text = fields.String(required=True)
    received_at = fields.AwareDateTime(required=True)
    outcome = fields.String(required=True)
    department = fields.String(required=True)
    contact_id = fields.UUID(required=True, allow_none=True)
    delivery_id = fields.UUID(required=True, allow_none=True)
