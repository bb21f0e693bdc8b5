"""HTTP entrypoints of customers and contacts."""

from typing import Any, cast
from uuid import UUID

from chassis.errors import Invalid
from chassis.http import Page, Request, route
from services.lead.customers import actions, queries
from services.lead.customers.model import CHANNELS, ConsentProof, Contact, Customer
from services.lead.customers.schemas import (
    ConsentProofView,
    ConsentWord,
    ContactChange,
    ContactFilter,
    ContactView,
    CustomerChange,
    CustomerFilter,
    CustomerView,
    NewContact,
    NewCustomer,
)
from services.lead.roles import EDITORS, READERS


class Shown:
    """A contact whose version outside is its revision: imports change it without an event of its own."""

    def __init__(self, contact: Contact) -> None:
        self._contact = contact

    @property
    def version(self) -> int:
        return self._contact.revision

    def __getattr__(self, name: str) -> Any:
        return getattr(self._contact, name)


class CustomersApi:
    """Keeping customers."""

    @route("POST", "/customers", roles=EDITORS, body=NewCustomer, returns=CustomerView, status=201)
    def add_customer(self, request: Request) -> Customer:
        """Record a customer."""
        return actions.add_customer(request.session, request.actor, **request.body)

    @route("GET", "/customers", roles=READERS, query=CustomerFilter, returns=CustomerView, many=True)
    def list_customers(self, request: Request) -> Page:
        """List the customers of your departments, newest first."""
        return request.page(queries.customers(request.actor, **request.query), Customer.id)

    @route("GET", "/customers/<uuid:customer_id>", roles=READERS, returns=CustomerView)
    def show_customer(self, request: Request, customer_id: UUID) -> Customer:
        """Show a customer."""
        return queries.find_customer(request.session, request.actor, customer_id)

    @route("PATCH", "/customers/<uuid:customer_id>", roles=EDITORS, body=CustomerChange, returns=CustomerView)
    def change_customer(self, request: Request, customer_id: UUID) -> Customer:
        """Change basics of a customer. If-Match is needed."""
        customer = queries.find_customer(request.session, request.actor, customer_id)
        request.require_match(customer)
        return actions.change_customer(request.session, customer=customer, **request.body)

    @route("DELETE", "/customers/<uuid:customer_id>", roles=EDITORS, status=204)
    def remove_customer(self, request: Request, customer_id: UUID) -> None:
        """Delete a customer that has no contacts."""
        customer = queries.find_customer(request.session, request.actor, customer_id)
        request.match(customer)
        actions.remove_customer(request.session, customer=customer)


class ContactsApi:
    """Keeping contacts and their consent."""

    @route("POST", "/contacts", roles=EDITORS, body=NewContact, returns=ContactView, status=201)
    def add_contact(self, request: Request) -> Shown:
        """Record a contact."""
        region = request.settings.phone_region
        return Shown(actions.add_contact(request.session, request.actor, phone_region=region, **request.body))

    @route("GET", "/contacts", roles=READERS, query=ContactFilter, returns=ContactView, many=True)
    def list_contacts(self, request: Request) -> Page:
        """List the contacts of your departments, newest first."""
        return request.page(queries.contacts(request.actor, **request.query), Contact.id)

    @route("GET", "/contacts/<uuid:contact_id>", roles=READERS, returns=ContactView)
    def show_contact(self, request: Request, contact_id: UUID) -> Shown:
        """Show a contact with the consent that holds now."""
        return Shown(queries.find_contact(request.session, request.actor, contact_id))

    @route("PATCH", "/contacts/<uuid:contact_id>", roles=EDITORS, body=ContactChange, returns=ContactView)
    def change_contact(self, request: Request, contact_id: UUID) -> Shown:
        """Change basics of a contact. If-Match is needed."""
        contact = queries.take_contact(request.session, request.actor, contact_id)
        request.require_match(cast(Contact, Shown(contact)))
        region = request.settings.phone_region
        changed = actions.change_contact(
            request.session, request.actor, contact=contact, phone_region=region, **request.body
        )
        return Shown(changed)

    @route(
        "PUT",
        "/contacts/<uuid:contact_id>/consents/<channel>",
        roles=EDITORS,
        body=ConsentWord,
        returns=ContactView,
    )
    def record_consent(self, request: Request, contact_id: UUID, channel: str) -> Shown:
        """Record that the contact agrees to a channel, or withdraws. The proof is kept for good."""
        if channel not in CHANNELS:
            raise Invalid({"channel": [f"Must be one of {', '.join(CHANNELS)}"]})
        contact = queries.take_contact(request.session, request.actor, contact_id)
        request.match(cast(Contact, Shown(contact)))
        word = {"channel": channel, **request.body}
        return Shown(actions.record_consent(request.session, request.actor, contact=contact, **word))

    @route("GET", "/contacts/<uuid:contact_id>/consents", roles=READERS, returns=ConsentProofView, many=True)
    def list_consent_proofs(self, request: Request, contact_id: UUID) -> Page:
        """List every word of the contact on consent, newest first."""
        queries.find_contact(request.session, request.actor, contact_id)
        return request.page(queries.consent_proofs(contact_id), ConsentProof.id)
