"""What definitions of attributes look like over HTTP."""

from marshmallow import Schema, fields, validate

from services.lead.attributes.model import OWNERS, TYPES
from services.lead.customers.schemas import Line, line

MOST_CHOICES = 200
_CODE = validate.Regexp(
    r"^[a-z][a-z0-9_]{0,39}\Z", error="Must be at most 40 lower-case letters, digits and _, a letter first."
)


def _choices() -> fields.List[str]:
    return fields.List(line(required=True), validate=validate.Length(max=MOST_CHOICES))


def _applies_to(*, required: bool = False) -> fields.List[str]:
    one = fields.String(validate=validate.OneOf(OWNERS))
    return fields.List(one, required=required, validate=validate.Length(min=1, max=len(OWNERS)))


class AttributeChange(Schema):
    """What of an attribute may change; code and type stay."""

    label = Line(validate=validate.Length(min=1, max=64))
    choices = _choices()
    required = fields.Boolean()
    applies_to = _applies_to()
    retired = fields.Boolean()


class NewAttribute(Schema):
    """An attribute to define."""

    department = line(64, required=True)
    code = fields.String(required=True, validate=_CODE)
    label = line(64, required=True)
    type = fields.String(required=True, validate=validate.OneOf(TYPES))
    choices = _choices()
    required = fields.Boolean()
    applies_to = _applies_to(required=True)


class AttributeFilter(Schema):
    """Which attributes to list."""

    q = Line(metadata={"description": "part of the code or label"})
    department = line(64)
    type = fields.String(validate=validate.OneOf(TYPES))
    retired = fields.Boolean()


class AttributeView(Schema):
    """An attribute that a department defined."""

    id = fields.UUID()
    version = fields.Integer()
    department = fields.String()
    code = fields.String()
    label = fields.String()
    type = fields.String()
    choices = fields.List(fields.String())
    required = fields.Boolean()
    applies_to = fields.List(fields.String())
    retired = fields.Boolean()
