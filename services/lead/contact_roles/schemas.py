"""What roles of contacts look like over HTTP."""

from marshmallow import Schema, fields

from services.lead.customers.schemas import Line, code, line


class RoleChange(Schema):
    """What of a role may change."""

    label = line(64)
    retired = fields.Boolean()


class NewRole(Schema):
    """A role to add."""

    department = line(64, required=True)
    code = code(required=True)
    label = line(64, required=True)


class RoleFilter(Schema):
    """Which roles to list."""

    q = Line()
    department = line(64)
    retired = fields.Boolean()


class RoleView(Schema):
    """A role of a department."""

    id = fields.UUID()
    version = fields.Integer()
    department = fields.String()
    code = fields.String()
    label = fields.String()
    retired = fields.Boolean()


class ShippedRoleView(Schema):
    """A role that every department has."""

    code = fields.String()
    label = fields.String()


class ShippedRolesView(Schema):
    """The roles that every department has."""

    roles = fields.List(fields.Nested(ShippedRoleView))
