"""What the catalogue takes and shows over HTTP."""

from marshmallow import Schema, fields, validate

from services.campaign.catalogue.model import LISTS, ROLL_UPS
from services.campaign.planning.schemas import LINE

TERM_CODE = validate.Regexp(
    r"^[a-z0-9][a-z0-9_.-]{0,63}$(?!\n)", error="Must be 1 to 64 small letters, digits, dots, dashes or _."
)


class TermChange(Schema):
    """What may change of a term. Its list and its code may not."""

    label = fields.String(validate=LINE)
    label_zh = fields.String(validate=validate.Length(max=200), metadata={"description": "in Chinese"})
    active = fields.Boolean(metadata={"description": "false: may not be newly used"})
    roll_up = fields.String(
        validate=validate.OneOf(ROLL_UPS),
        metadata={"description": "how goals of this metric add up over a programme"},
    )


class NewTerm(Schema):
    """A new code of a list."""

    list = fields.String(required=True, validate=validate.OneOf(LISTS))
    code = fields.String(required=True, validate=TERM_CODE)
    label = fields.String(required=True, validate=LINE)
    label_zh = fields.String(validate=validate.Length(max=200), metadata={"description": "in Chinese"})
    roll_up = fields.String(validate=validate.OneOf(ROLL_UPS))


class TermFilter(Schema):
    """Narrows the terms."""

    list = fields.String(validate=validate.OneOf(LISTS))
    active = fields.Boolean()
    code = fields.String()


class TermView(Schema):
    """A code of a list, and what people read for it."""

    id = fields.UUID()
    version = fields.Integer()
    list = fields.String()
    code = fields.String()
    label = fields.String()
    label_zh = fields.String()
    active = fields.Boolean()
    roll_up = fields.String()
