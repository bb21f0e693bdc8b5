"""HTTP entrypoints of looking after customers and contacts."""

from typing import cast
from uuid import UUID

from chassis.http import Request, route
from services.lead.customers import care, queries
from services.lead.customers.api import Shown
from services.lead.customers.model import Contact, Customer
from services.lead.customers.schemas import ChannelVerdict, ContactView, CustomerView, OwnerChange
from services.lead.roles import CUSTOMER_KEEPERS, EDITORS

CHANNEL = "/contacts/<uuid:contact_id>/channels/<channel>"


class CareApi:
    """Handing over, and judging addresses."""

    @route(
        "PUT",
        "/contacts/<uuid:contact_id>/owner",
        roles=CUSTOMER_KEEPERS,
        body=OwnerChange,
        returns=ContactView,
    )
    def hand_over_contact(self, request: Request, contact_id: UUID) -> Shown:
        """Give a contact to another owner. Who, when and why stands in its timeline. If-Match is needed."""
        contact = queries.take_contact(request.session, request.actor, contact_id)
        request.require_match(cast(Contact, Shown(contact)))
        return Shown(care.hand_over_contact(request.session, request.actor, contact=contact, **request.body))

    @route(
        "PUT",
        "/customers/<uuid:customer_id>/owner",
        roles=CUSTOMER_KEEPERS,
        body=OwnerChange,
        returns=CustomerView,
    )
    def hand_over_customer(self, request: Request, customer_id: UUID) -> Customer:
        """Give a customer to another owner. Its contacts keep theirs. If-Match is needed."""
        customer = queries.find_customer(request.session, request.actor, customer_id)
        request.require_match(customer)
        return care.hand_over_customer(request.session, request.actor, customer=customer, **request.body)

    @route("PUT", CHANNEL, roles=EDITORS, body=ChannelVerdict, returns=ContactView)
    def judge_channel(self, request: Request, contact_id: UUID, channel: str) -> Shown:
        """Note that an email, phone or fax is valid, risky or invalid, and why. If-Match is needed.

        That holds for as long as the contact has that address.
        """
        contact = queries.take_contact(request.session, request.actor, contact_id)
        request.require_match(cast(Contact, Shown(contact)))
        told = {"channel": channel, **request.body}
        return Shown(care.judge_channel(request.session, request.actor, contact=contact, **told))

    @route("DELETE", f"{CHANNEL}/verdict", roles=EDITORS, returns=ContactView)
    def forget_channel_verdict(self, request: Request, contact_id: UUID, channel: str) -> Shown:
        """Have the rules judge an address again, whatever was heard of it."""
        contact = queries.take_contact(request.session, request.actor, contact_id)
        request.match(cast(Contact, Shown(contact)))
        return Shown(care.forget_verdict(request.session, request.actor, contact=contact, channel=channel))
