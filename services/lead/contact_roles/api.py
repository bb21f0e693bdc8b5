"""HTTP entrypoints of the roles of contacts."""

from typing import Any
from uuid import UUID

from chassis.http import Page, Request, route
from services.lead import coded
from services.lead.contact_roles import actions
from services.lead.contact_roles.model import SHIPPED, ContactRole
from services.lead.contact_roles.schemas import (
    NewRole,
    RoleChange,
    RoleFilter,
    RoleView,
    ShippedRolesView,
)
from services.lead.departments import find
from services.lead.roles import CUSTOMER_KEEPERS, READERS


class ContactRolesApi:
    """Keeping the list of what contacts are to their customers."""

    @route("POST", "/contact-roles", roles=CUSTOMER_KEEPERS, body=NewRole, returns=RoleView, status=201)
    def add_contact_role(self, request: Request) -> ContactRole:
        """Add a role that contacts of a department may have at their customers."""
        return actions.add_role(request.session, request.actor, **request.body)

    @route("GET", "/contact-roles", roles=READERS, query=RoleFilter, returns=RoleView, many=True)
    def list_contact_roles(self, request: Request) -> Page:
        """List the roles that your departments added."""
        return request.page(coded.listed(request.actor, ContactRole, **request.query), ContactRole.id)

    @route("GET", "/contact-roles/shipped", roles=READERS, returns=ShippedRolesView)
    def list_shipped_contact_roles(self, request: Request) -> dict[str, Any]:
        """List the roles that every department has."""
        return {"roles": [{"code": code, "label": label} for code, label in SHIPPED.items()]}

    @route("GET", "/contact-roles/<uuid:contact_role_id>", roles=READERS, returns=RoleView)
    def show_contact_role(self, request: Request, contact_role_id: UUID) -> ContactRole:
        """Show a role that a department added."""
        return find(request.session, request.actor, ContactRole, contact_role_id, what="contact role")

    @route(
        "PATCH",
        "/contact-roles/<uuid:contact_role_id>",
        roles=CUSTOMER_KEEPERS,
        body=RoleChange,
        returns=RoleView,
    )
    def change_contact_role(self, request: Request, contact_role_id: UUID) -> ContactRole:
        """Rename a role, retire it, or bring it back. If-Match is needed."""
        role = find(request.session, request.actor, ContactRole, contact_role_id, what="contact role")
        request.require_match(role)
        return actions.change_role(request.session, role=role, **request.body)
