"""What copying takes over HTTP."""

from marshmallow import Schema, fields

from services.campaign.planning.schemas import CODE, LINE, PERSON


class NewCopy(Schema):
    """What the copy shall be called, and when it begins; everything else is taken over."""

    code = fields.String(required=True, validate=CODE)
    name = fields.String(required=True, validate=LINE)
    starts_on = fields.Date(
        required=True, metadata={"description": "all dates move by as many days as the first one does"}
    )
    owner = fields.String(validate=PERSON, metadata={"description": "you, if none"})
    parent_id = fields.UUID(allow_none=True)
    is_template = fields.Boolean()
