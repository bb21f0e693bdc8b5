"""What pools look like over HTTP."""

from marshmallow import Schema, fields, validate

from services.lead.customers.schemas import line

_LIMIT = validate.Range(1, 100_000)


class PoolChange(Schema):
    """What of a pool may change; what is left out stays. Without team and pickers everybody picks."""

    name = line()
    product = line(metadata={"description": "product line whose leads come here when no rule finds a rep"})
    region = line(metadata={"description": "region whose leads come here when no rule finds a rep"})
    team = line(64)
    pickers = fields.List(line(64, required=True), validate=validate.Length(max=500))
    picks_a_day = fields.Integer(strict=True, allow_none=True, validate=_LIMIT)
    most_open = fields.Integer(strict=True, allow_none=True, validate=_LIMIT)
    active = fields.Boolean()


class NewPool(PoolChange):
    """A pool to open. Opening inbox, returns or sales lets reps pick what lies there."""

    department = line(64, required=True)
    code = fields.String(
        required=True,
        validate=validate.Regexp(r"^[a-z0-9][a-z0-9._-]{0,63}\Z", error="Lower case, no blanks."),
    )
    name = line(required=True)
    pickers = fields.List(line(64, required=True), load_default=list, validate=validate.Length(max=500))


class PoolFilter(Schema):
    """Which pools to list; ``mine``: those that you may pick from."""

    department = line(64)
    active = fields.Boolean()
    mine = fields.Boolean(load_default=False)


class PoolView(Schema):
    """A pool."""

    id = fields.UUID()
    version = fields.Integer()
    department = fields.String()
    code = fields.String()
    name = fields.String()
    product = fields.String()
    region = fields.String()
    team = fields.String()
    pickers = fields.List(fields.String())
    picks_a_day = fields.Integer()
    most_open = fields.Integer()
    active = fields.Boolean()
    created_by = fields.String()
    created_at = fields.DateTime()


class PickBody(Schema):
    """Which lead; left out, whichever has waited longest."""

    lead_id = fields.UUID(allow_none=True)
