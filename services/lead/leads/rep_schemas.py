"""What reps look like over HTTP."""

from marshmallow import Schema, fields

from services.lead.customers.schemas import line


class RepChange(Schema):
    """What of a rep may change."""

    name = line()
    active = fields.Boolean()


class NewRep(Schema):
    """A rep who takes part in the round robin; ``subject`` is how he signs in."""

    subject = line(64, required=True)
    name = line(required=True)
    department = line(64, required=True)


class RepFilter(Schema):
    """Which reps to list."""

    department = line(64)
    active = fields.Boolean()


class RepView(Schema):
    """A sales rep."""

    id = fields.UUID()
    version = fields.Integer()
    subject = fields.String()
    name = fields.String()
    department = fields.String()
    active = fields.Boolean()
    last_assigned_at = fields.DateTime()
    created_at = fields.DateTime()
