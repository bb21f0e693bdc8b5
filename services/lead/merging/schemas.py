"""What merges look like over HTTP."""

from marshmallow import Schema, fields, validate

from services.lead.customers.schemas import line
from services.lead.merging.images import CONTACT_FIELDS, CUSTOMER_FIELDS
from services.lead.merging.model import KINDS

_CHOSEN = {"description": "what the survivor takes over although it has something there itself"}
_FILLED = {"description": "whether what the survivor does not have is taken over as well"}


class NewContactMerge(Schema):
    """Which contact is a double of this one, and what is taken over from it."""

    loser_id = fields.UUID(required=True)
    take = fields.List(
        fields.String(validate=validate.OneOf([one for one in CONTACT_FIELDS if one != "reach"])),
        metadata=_CHOSEN,
    )
    fill_blanks = fields.Boolean(metadata=_FILLED)
    reason = line()


class NewCustomerMerge(Schema):
    """Which customer is a double of this one, and what is taken over from it."""

    loser_id = fields.UUID(required=True)
    take = fields.List(fields.String(validate=validate.OneOf(CUSTOMER_FIELDS)), metadata=_CHOSEN)
    fill_blanks = fields.Boolean(metadata=_FILLED)
    reason = line()


class Undo(Schema):
    """Why a merge is undone."""

    reason = line(required=True)


class MergeFilter(Schema):
    """Which merges to list."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    contact_id = fields.UUID()
    customer_id = fields.UUID()
    undone = fields.Boolean()


class MergeView(Schema):
    """A merge."""

    id = fields.UUID()
    version = fields.Integer()
    kind = fields.String()
    department = fields.String()
    survivor_id = fields.UUID()
    loser_id = fields.UUID()
    taken = fields.List(fields.String())
    moved = fields.Dict(metadata={"description": "ids of leads, submissions and contacts that were moved"})
    reason = fields.String()
    merged_by = fields.String()
    merged_at = fields.DateTime()
    undone_by = fields.String(allow_none=True)
    undone_at = fields.DateTime(allow_none=True)
