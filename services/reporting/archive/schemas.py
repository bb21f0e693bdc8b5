"""What a reader of the feed may ask for."""

from marshmallow import Schema, fields, validate

LARGEST = 2**63 - 1
MOST_EVENTS = 1000


class FeedPoint(Schema):
    """From which position on (0 is the beginning), and how many at most."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, LARGEST))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, MOST_EVENTS))


class FeedFilter(FeedPoint):
    """``type`` is an event type such as ``campaign.started.v1``, ``subject`` an aggregate's."""

    type = fields.String()
    subject = fields.String()
