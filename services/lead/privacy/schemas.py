"""What requests of people about their own data look like over HTTP."""

from marshmallow import Schema, fields, validate

from services.lead.customers.schemas import line
from services.lead.privacy.model import KINDS, STATES


class NewPrivacyRequest(Schema):
    """What a person asks for, and how it is known that it was them."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    note = line(required=True, metadata={"description": "how the person was recognised"})


class PrivacyFilter(Schema):
    """Which requests to list."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    state = fields.String(validate=validate.OneOf(STATES))
    contact_id = fields.UUID()
    department = line(64)
    overdue = fields.Boolean(metadata={"description": "open ones past their deadline, or all others"})


class PrivacyRequestView(Schema):
    """A request. ``overdue``: it should have been closed by now, or was closed too late."""

    id = fields.UUID()
    version = fields.Integer()
    kind = fields.String()
    department = fields.String()
    contact_id = fields.UUID()
    contact_ids = fields.List(fields.UUID())
    state = fields.String()
    note = fields.String()
    requested_by = fields.String()
    requested_at = fields.DateTime()
    due_at = fields.DateTime()
    closed_at = fields.DateTime(allow_none=True)
    overdue = fields.Boolean()


class ProgressView(Schema):
    """What a service has answered: how much it held and erased, what it keeps and why."""

    service = fields.String()
    answered_at = fields.DateTime(allow_none=True)
    held = fields.Integer()
    erased = fields.Integer()
    kept = fields.List(fields.String())


class PrivacyRequestDetailView(PrivacyRequestView):
    """A request with what each service has answered so far."""

    services = fields.List(fields.Nested(ProgressView))
