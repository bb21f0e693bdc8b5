"""HTTP entrypoints of merges."""

from uuid import UUID

from chassis.http import Page, Request, route
from services.lead.merging import contacts, customers, queries
from services.lead.merging.model import CONTACT, Merge
from services.lead.merging.schemas import (
    MergeFilter,
    MergeView,
    NewContactMerge,
    NewCustomerMerge,
    Undo,
)
from services.lead.roles import CUSTOMER_KEEPERS, READERS


class MergesApi:
    """Making one of two, and two of one."""

    @route(
        "POST",
        "/contacts/<uuid:contact_id>/merges",
        roles=CUSTOMER_KEEPERS,
        body=NewContactMerge,
        returns=MergeView,
        status=201,
    )
    def merge_contacts(self, request: Request, contact_id: UUID) -> Merge:
        """Merge another contact of the department into this one.

        Its leads and submissions become this one's, its timeline and proofs of consent are shown with this
        one's, and nobody is reached by it any more. Consent that either has withdrawn is withdrawn.
        """
        return contacts.merge_contacts(request.session, request.actor, contact_id=contact_id, **request.body)

    @route(
        "POST",
        "/customers/<uuid:customer_id>/merges",
        roles=CUSTOMER_KEEPERS,
        body=NewCustomerMerge,
        returns=MergeView,
        status=201,
    )
    def merge_customers(self, request: Request, customer_id: UUID) -> Merge:
        """Merge another customer of the department into this one, with its contacts and leads."""
        return customers.merge_customers(
            request.session, request.actor, customer_id=customer_id, **request.body
        )

    @route("GET", "/merges", roles=READERS, query=MergeFilter, returns=MergeView, many=True)
    def list_merges(self, request: Request) -> Page:
        """List the merges of your departments, newest first."""
        return request.page(queries.merges(request.actor, **request.query), Merge.id)

    @route("GET", "/merges/<uuid:merge_id>", roles=READERS, returns=MergeView)
    def show_merge(self, request: Request, merge_id: UUID) -> Merge:
        """Show a merge."""
        return queries.find_merge(request.session, request.actor, merge_id)

    @route(
        "POST",
        "/merges/<uuid:merge_id>/undoing",
        roles=CUSTOMER_KEEPERS,
        body=Undo,
        returns=MergeView,
    )
    def undo_merge(self, request: Request, merge_id: UUID) -> Merge:
        """Take both apart again. What somebody changed since the merge stays as it is."""
        merge = queries.find_merge(request.session, request.actor, merge_id, lock=True)
        request.match(merge)
        undo = contacts.unmerge_contacts if merge.kind == CONTACT else customers.unmerge_customers
        return undo(request.session, request.actor, merge=merge, **request.body)
