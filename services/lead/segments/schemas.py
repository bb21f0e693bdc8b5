"""What segments look like over HTTP."""

from marshmallow import Schema, fields

from services.lead.customers.schemas import ContactView, line

_RULE = {
    "description": (
        'all / any / not of tests such as {"field": "region", "op": "eq", "value": "north"}; '
        "consent.email and its like take eq true or false"
    )
}


class SegmentChange(Schema):
    """The name and rule of a segment."""

    name = line(required=True)
    rule = fields.Dict(required=True, metadata=_RULE)


class NewSegment(SegmentChange):
    """A segment to define."""

    department = line(64, required=True)


class SegmentFilter(Schema):
    """Which segments to list."""

    department = line(64)


class SegmentView(Schema):
    """A segment."""

    id = fields.UUID()
    version = fields.Integer()
    name = fields.String()
    department = fields.String()
    rule = fields.Dict(metadata=_RULE)
    created_by = fields.String()
    created_at = fields.DateTime()
    changed_at = fields.DateTime()


class PreviewView(Schema):
    """Whom a segment holds now: how many, and the newest few."""

    count = fields.Integer()
    sample = fields.List(fields.Nested(ContactView))
