"""HTTP entrypoints of the timeline: the 360° view of a contact and of a customer."""

from uuid import UUID

from chassis.http import Page, Request, route
from services.lead.customers.queries import find_contact, find_customer
from services.lead.roles import READERS
from services.lead.timeline import queries
from services.lead.timeline.schemas import TimelineFilter, TimelineView


class TimelineApi:
    """Showing what happened."""

    @route(
        "GET",
        "/contacts/<uuid:contact_id>/timeline",
        roles=READERS,
        query=TimelineFilter,
        returns=TimelineView,
        many=True,
    )
    def show_contact_timeline(self, request: Request, contact_id: UUID) -> Page:
        """List what happened with a contact in every service, newest first, by whom and why.

        What happened with contacts that were merged into it is part of it.
        """
        contact = find_contact(request.session, request.actor, contact_id)
        return request.page(*queries.of_contact(request.actor, contact.id, **request.query))

    @route(
        "GET",
        "/customers/<uuid:customer_id>/timeline",
        roles=READERS,
        query=TimelineFilter,
        returns=TimelineView,
        many=True,
    )
    def show_customer_timeline(self, request: Request, customer_id: UUID) -> Page:
        """List what happened with a customer and all its contacts, newest first, by whom and why."""
        customer = find_customer(request.session, request.actor, customer_id)
        return request.page(*queries.of_customer(request.actor, customer.id, **request.query))
