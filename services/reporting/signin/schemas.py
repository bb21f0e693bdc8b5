"""What stands in the addresses of the sign-in."""

from marshmallow import Schema, fields


class Goal(Schema):
    """Where to go after the sign-in, and in which language to ask."""

    next = fields.String(load_default="/pages/overview")
    lang = fields.String(load_default="")


class ProviderAnswer(Schema):
    """What the identity provider sends people back with."""

    code = fields.String(load_default="")
    state = fields.String(load_default="")
    error = fields.String(load_default="")
