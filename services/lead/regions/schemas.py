"""What regions look like over HTTP."""

from marshmallow import Schema, fields, validate

from services.lead.customers.schemas import Line, code, line
from services.lead.regions.model import KINDS


class RegionChange(Schema):
    """What of a region may change."""

    name = Line(validate=validate.Length(min=1, max=200))
    kind = fields.String(validate=validate.OneOf(KINDS))
    parent_id = fields.UUID(allow_none=True)
    retired = fields.Boolean()


class NewRegion(Schema):
    """A region or territory to add."""

    department = line(64, required=True)
    code = code(required=True)
    name = line(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    parent_id = fields.UUID(allow_none=True)


class RegionFilter(Schema):
    """Which regions to list."""

    q = Line(metadata={"description": "part of the code or name"})
    department = line(64)
    kind = fields.String(validate=validate.OneOf(KINDS))
    parent_id = fields.UUID()
    retired = fields.Boolean()


class RegionView(Schema):
    """A region or territory."""

    id = fields.UUID()
    version = fields.Integer()
    department = fields.String()
    code = fields.String()
    name = fields.String()
    kind = fields.String()
    parent_id = fields.UUID(allow_none=True)
    retired = fields.Boolean()


class RegionDetailView(RegionView):
    """A region with the codes from the top down to it."""

    path = fields.List(fields.String())
