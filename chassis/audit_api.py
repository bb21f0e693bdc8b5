"""The audit trail of a service over HTTP, for administrators."""

from typing import Any

from marshmallow import Schema, fields
from sqlalchemy import select

from chassis.audit import audit_entries
from chassis.http import Page, Request, route
from contracts.roles import ADMINISTRATOR


class AuditFilter(Schema):
    """Which entries are wanted; all that is given must hold."""

    entity = fields.String(metadata={"description": "Name of the table that the row stands in"})
    entity_id = fields.UUID()
    actor = fields.String(metadata={"description": "Subject of the token, or service:<name>"})


class AuditView(Schema):
    """One write to one row. An insert has no ``before``, a delete no ``after``."""

    id = fields.UUID()
    at = fields.AwareDateTime()
    actor = fields.String()
    roles = fields.List(fields.String())
    origin = fields.String(metadata={"description": "Address of the caller, or source of the event"})
    trace_id = fields.String(allow_none=True)
    action = fields.String(metadata={"enum": ["insert", "update", "delete"]})
    entity = fields.String()
    entity_id = fields.UUID()
    before = fields.Dict(keys=fields.String(), allow_none=True)
    after = fields.Dict(keys=fields.String(), allow_none=True)


class AuditApi:
    """Every service has this."""

    @route("GET", "/audit", roles=(ADMINISTRATOR,), query=AuditFilter, returns=AuditView, many=True)
    def list_audit_entries(self, request: Request) -> Page:
        """Who changed what, latest first."""
        wanted: dict[str, Any] = request.query
        conditions = [audit_entries.c[name] == value for name, value in wanted.items()]
        return request.page(select(audit_entries).where(*conditions), audit_entries.c.id)
