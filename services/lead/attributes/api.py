"""HTTP entrypoints of attributes."""

from uuid import UUID

from chassis.http import Page, Request, route
from services.lead import coded
from services.lead.attributes import actions
from services.lead.attributes.model import Attribute
from services.lead.attributes.schemas import AttributeChange, AttributeFilter, AttributeView, NewAttribute
from services.lead.departments import find
from services.lead.roles import CUSTOMER_KEEPERS, READERS


class AttributesApi:
    """Defining what else is said of contacts, customers and leads."""

    @route(
        "POST", "/attributes", roles=CUSTOMER_KEEPERS, body=NewAttribute, returns=AttributeView, status=201
    )
    def define_attribute(self, request: Request) -> Attribute:
        """Define an attribute of a department's contacts, customers or leads."""
        return actions.define_attribute(request.session, request.actor, **request.body)

    @route("GET", "/attributes", roles=READERS, query=AttributeFilter, returns=AttributeView, many=True)
    def list_attributes(self, request: Request) -> Page:
        """List the attributes of your departments, newest first."""
        return request.page(coded.listed(request.actor, Attribute, **request.query), Attribute.id)

    @route("GET", "/attributes/<uuid:attribute_id>", roles=READERS, returns=AttributeView)
    def show_attribute(self, request: Request, attribute_id: UUID) -> Attribute:
        """Show an attribute."""
        return find(request.session, request.actor, Attribute, attribute_id, what="attribute")

    @route(
        "PATCH",
        "/attributes/<uuid:attribute_id>",
        roles=CUSTOMER_KEEPERS,
        body=AttributeChange,
        returns=AttributeView,
    )
    def change_attribute(self, request: Request, attribute_id: UUID) -> Attribute:
        """Change an attribute, retire it, or bring it back; code and type stay. If-Match is needed."""
        attribute = find(request.session, request.actor, Attribute, attribute_id, what="attribute")
        request.require_match(attribute)
        return actions.change_attribute(request.session, attribute=attribute, **request.body)
