"""What pre-sales requests look like over HTTP."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.lead.customers.schemas import line
from services.lead.requests.model import KINDS
from services.lead.requests.states import STATES

MOST_TASKS = 50
MOST_DOCUMENTS = 20


def text(limit: int = 2000, **options: Any) -> fields.String:
    """A text of several lines."""
    least = 1 if options.get("required") else 0
    return fields.String(validate=validate.Length(min=least, max=limit), **options)


def documents() -> fields.List[Any]:
    """Files that were uploaded before."""
    return fields.List(fields.UUID(), validate=validate.Length(max=MOST_DOCUMENTS))


class NewRequest(Schema):
    """A request of a lead, or of a contact who is none. Without a responder, one is found."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    title = line(200, required=True)
    details = text()
    lead_id = fields.UUID()
    contact_id = fields.UUID()
    responder = line(255)
    tasks = fields.List(line(200, required=True), validate=validate.Length(max=MOST_TASKS))
    documents = documents()

    @validates_schema
    def _one_asks(self, data: dict[str, Any], **_: Any) -> None:
        if ("lead_id" in data) == ("contact_id" in data):
            raise ValidationError("Name either a lead or a contact.", "lead_id")


class TaskBody(Schema):
    """Something to be done for a request."""

    title = line(200, required=True)
    done = fields.Boolean(required=True)


class RequestChange(Schema):
    """What of a request may change; ``tasks`` and ``documents`` are all of them."""

    title = fields.String(validate=validate.Length(min=1, max=200))
    details = text()
    tasks = fields.List(fields.Nested(TaskBody), validate=validate.Length(max=MOST_TASKS))
    documents = documents()


class Reassignment(Schema):
    """Who answers it from now on; left out, the rep with the fewest requests."""

    responder = line(255)
    why = line()


class Handing(Schema):
    """Whose unanswered requests go to whom; left out, to all reps at hand."""

    department = line(64, required=True)
    responder = line(255, required=True)
    to = fields.List(line(255, required=True), validate=validate.Length(min=1, max=100))
    why = line(required=True)


class HandedOnView(Schema):
    """How many requests went to whom. Where there are ``more``, ask again."""

    to = fields.Dict(keys=fields.String(), values=fields.Integer())
    more = fields.Boolean()


class Note(Schema):
    """What is to be said to it."""

    note = text(load_default="")


class Waiting(Schema):
    """Whom or what it waits for."""

    waits_for = line(200, required=True)


class Reason(Schema):
    """Why."""

    note = text(required=True)


class AnswerBody(Schema):
    """What came of it. A message goes to the contact by mail, with links to the documents."""

    result = text(required=True)
    message = text(10000, load_default="")
    documents = documents()


class RequestFilter(Schema):
    """Which requests to list. ``late``: those whose time is up and that nobody has answered."""

    late = fields.Boolean()
    kind = fields.String(validate=validate.OneOf(KINDS))
    state = fields.String(validate=validate.OneOf(STATES))
    lead_id = fields.UUID()
    contact_id = fields.UUID()
    responder = line(255)
    department = line(64)


class RequestView(Schema):
    """A request. It is not due while it waits, or where no service level promises anything."""

    id = fields.UUID()
    version = fields.Integer()
    department = fields.String()
    kind = fields.String()
    title = fields.String()
    details = fields.String()
    contact_id = fields.UUID()
    lead_id = fields.UUID()
    grade = fields.String()
    responder = fields.String()
    state = fields.String()
    waits_for = fields.String()
    result = fields.String()
    tasks = fields.List(fields.Nested(TaskBody))
    documents = fields.List(fields.String())
    reopened = fields.Integer()
    opened_by = fields.String()
    opened_at = fields.DateTime()
    answered_at = fields.DateTime()
    closed_at = fields.DateTime()
    due_at = fields.DateTime()
    late = fields.Boolean()
