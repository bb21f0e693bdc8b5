"""What a reader of the feed may ask for."""

from marshmallow import Schema, fields, validate

LARGEST = 2**63 - 1
MOST_EVENTS = 1000


class FeedPoint(Schema):
    """From which position on (0 is the beginning), and how many at most."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, LARGEST))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, MOST_EVENTS))


class FeedFilter(FeedPoint):
    """``type`` is an event type such as ``campaign.started.v1``, or the beginning of some: ``campaign.*``.

    ``subject`` is an aggregate's. Both may be given several times. ``incomplete`` reads on although
    months that stand after this point were taken out of the archive.
    """

    type = fields.List(fields.String(), load_default=list)
    subject = fields.List(fields.String(), load_default=list)
    incomplete = fields.Boolean(load_default=False)
