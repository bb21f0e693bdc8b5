"""Templates over HTTP."""

from marshmallow import Schema, fields
from marshmallow.validate import Length


class TemplateDesign(Schema):
    """A template to be written. Without ``text`` a plain text part is derived from ``html``."""

    name = fields.String(required=True, validate=Length(min=1, max=200))
    department = fields.String(required=True, validate=Length(min=1, max=64))
    subject = fields.String(required=True, validate=Length(min=1, max=300))
    html = fields.String(required=True, validate=Length(min=1, max=500_000))
    text = fields.String(validate=Length(min=1, max=500_000))


class TemplateFilter(Schema):
    """Which templates to list."""

    department = fields.String(validate=Length(min=1, max=64))


class TemplateView(Schema):
    """A template. ``links`` are the addresses that its tracked links lead to."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    department = fields.String(required=True)
    subject = fields.String(required=True)
    html = fields.String(required=True)
    text = fields.String(required=True)
    links = fields.List(fields.String(), required=True)
    created_by = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)


class PreviewRequest(Schema):
    """Whose mail to show; without a contact, that of a made-up one."""

    contact_id = fields.UUID()


class PreviewView(Schema):
    """The mail that the contact would get."""

    subject = fields.String(required=True)
    html = fields.String(required=True)
    text = fields.String(required=True)
