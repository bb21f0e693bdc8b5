"""What rows of a tree have in common over HTTP; ``kinds`` is what each list calls its own."""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from services.lead.customers.schemas import Line, code, line


def kind_of(kinds: Sequence[str], **options: Any) -> fields.String:
    """One of the kinds of a list."""
    return fields.String(validate=validate.OneOf(kinds), **options)


class NodeChange(Schema):
    """What of a row may change."""

    name = Line(validate=validate.Length(min=1, max=200))
    parent_id = fields.UUID(allow_none=True)
    retired = fields.Boolean()


class NewNode(Schema):
    """A row to add."""

    department = line(64, required=True)
    code = code(required=True)
    name = line(required=True)
    parent_id = fields.UUID(allow_none=True)


class NodeFilter(Schema):
    """Which rows to list."""

    q = Line(metadata={"description": "part of the code or name"})
    department = line(64)
    parent_id = fields.UUID()
    retired = fields.Boolean()


class NodeView(Schema):
    """A row."""

    id = fields.UUID()
    version = fields.Integer()
    department = fields.String()
    code = fields.String()
    name = fields.String()
    kind = fields.String()
    parent_id = fields.UUID(allow_none=True)
    retired = fields.Boolean()
